/** The fault of one field of a command, an event or a query: a JSON pointer, a stable code and the figures of its text. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Checks a value against the class that declares it; no errors when it is valid. */
export type Check = (type: new () => object, value: unknown) => readonly FieldError[];
