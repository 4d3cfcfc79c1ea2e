/** An invalid field of a command, an event or a query: a JSON pointer, a stable code and the values for its text. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Checks a value against the class that declares it; returns no errors if it is valid. */
export type Check = (type: new () => object, value: unknown) => readonly FieldError[];
