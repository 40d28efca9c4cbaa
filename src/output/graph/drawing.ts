import type { Style } from '../style.ts';

/** A part of a picture: its size in px, and its elements. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly parts: readonly string[];
}
/** A character of the monospaced 12px face, the gaps between boxes and layers, and the line height; all in px. */
export const px = { char: 7.3, pad: 10, line: 16, gap: 14, between: 40, margin: 16 } as const;
export const plainStyle: Style = { color: false, unicode: true, columns: undefined };

export const rounded = (value: number): string => String(Math.round(value));
export const xml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`);
