/* Values of JSON whose shape is not certain. */

export type Value = Readonly<Record<string, unknown>>;

export const isValue = (value: unknown): value is Value => typeof value === 'object' && value !== null && !Array.isArray(value);
export const listIn = (of: Value, key: string): readonly Value[] => (Array.isArray(of[key]) ? of[key].filter(isValue) : []);
export const textIn = (of: Value, key: string): string | undefined => (typeof of[key] === 'string' ? of[key] : undefined);
export const numberIn = (of: Value, key: string): number | null => (Number.isSafeInteger(of[key]) ? (of[key] as number) : null);
