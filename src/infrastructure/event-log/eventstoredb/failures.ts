import { type CommandError, ErrorType, isCommandError } from '@eventstore/db-client';

/** Milliseconds that one call may take. The client's batch path has no deadline of its own: only the server keeps it. */
const deadline = 5000;

/** No answer came in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** @throws NoAnswer if the call does not end in time */
export const inTime = <T>(call: Promise<T>, milliseconds = deadline): Promise<T> =>
  new Promise((resolve, reject) => {
    const late = () => reject(new NoAnswer(`EventStoreDB did not answer within ${milliseconds} ms`));
    const timer = setTimeout(late, milliseconds);
    call.then(resolve, reject).finally(() => clearTimeout(timer)); // what it answers after the deadline is told to nobody
  });

const asCommandError = (error: unknown): CommandError | null => (error instanceof Error && isCommandError(error) ? error : null);

/** The text of an error. The client leaves many messages empty; the type then says more. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (asCommandError(error)?.type ?? error.name);
}

/** Errors of gRPC that the client does not translate: there is no connection. */
const isUntranslated = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 14;

const transient: readonly ErrorType[] = [
  ErrorType.UNAVAILABLE,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.TIMEOUT,
  ErrorType.CANCELLED,
  ErrorType.NOT_LEADER,
];
const notReady = /server is not ready/iu;
const refused = /ECONNREFUSED|No connection established|ENOTFOUND|failed to discover/iu;

/** The engine cannot be reached, is starting, or is choosing a leader: the same call may succeed soon. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof NoAnswer || isUntranslated(error)) return true;
  const type = asCommandError(error)?.type;
  return (type !== undefined && transient.includes(type)) || notReady.test(textOf(error)) || refused.test(textOf(error));
}

/** Whether the call cannot have reached the engine, or was turned away by it: nothing was written. */
export const isUnsent = (error: unknown): boolean =>
  notReady.test(textOf(error)) || refused.test(textOf(error)) || asCommandError(error)?.type === ErrorType.NOT_LEADER;

/** The engine has no record at the position that was named. */
export const isInvalidPosition = (error: unknown): boolean => /invalid ?position/iu.test(textOf(error));
