import { number, object, type TypeOf, text } from './codec.ts';

/** Where a fact stands in a file, when it came from one. */
export const place = object({ file: text, line: number });
export type Place = TypeOf<typeof place>;
