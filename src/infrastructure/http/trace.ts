import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/*
 * W3C Trace Context: the trace of a request is the one that its header `traceparent` names, else a new one. It is the id of the request:
 * it is in the lines of the process's log and in the header `traceresponse` of the answer, and is not stored.
 */

/** 32 random hexadecimal digits. Every request takes some, and a UUID cut by its places costs the least. */
function newTrace(): string {
  const id = randomUUID();
  return id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24);
}

/** The first half of the ids of this process's answers. The second half counts them. */
const ofThisProcess = newTrace().slice(24);
let answers = 0;

/** `version-trace-parent-flags`. Later versions may have more parts; 255 is no version, and no id is all zeros. */
const traceparent =
  /^(?:00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}|(?!00|ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?)$/u;

/** The trace id of a request: 32 hexadecimal digits. */
export function traceOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  if (headers['traceparent'] === undefined) return newTrace();
  const [, first, firstParent, later, laterParent] = traceparent.exec(String(headers['traceparent'])) ?? [];
  const [trace, parent] = [first ?? later ?? '', firstParent ?? laterParent ?? ''];
  return /[^0]/u.test(trace) && /[^0]/u.test(parent) ? trace : newTrace();
}

/** The header of an answer: the trace, and an id of its own. No spans are recorded, so the flag `sampled` is not set. */
export function traceResponse(trace: string): string {
  answers = (answers % 0xffffffff) + 1;
  return `00-${trace}-${ofThisProcess}${answers.toString(16).padStart(8, '0')}-00`;
}
