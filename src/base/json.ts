import { invisible } from './invisible.ts';

/** JSON for whoever looks at it or reads it in: what a terminal would obey, or nobody would see, stands as an escape and reads back as itself. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(invisible, char => (char === '\n' ? char : escaped(char)));
/** JSON has escapes for halves of UTF-16 only. */
const escaped = (char: string): string =>
  Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
