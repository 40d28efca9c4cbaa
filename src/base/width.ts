import widthOf from 'fast-string-width';

/** Columns that a text takes on a terminal. Nearly all text is plain ASCII, which needs no tables of characters. */
export const width = (text: string): number => (/^[ -~]*$/.test(text) ? text.length : widthOf(text));
