export type Json = Record<string, unknown>;
/** The value as an object; an empty one where it is none. */
export const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
