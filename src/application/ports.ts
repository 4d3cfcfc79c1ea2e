/** The time. Nothing but the shell asks for it. */
export interface Clock {
  now(): Date;
}

/** What is wrong with one field of a command, an event or a query: a JSON pointer, a stable code and the figures of its text. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Checks a value against the class that declares it. */
export type Check = (type: new () => object, value: unknown) => readonly FieldError[];
