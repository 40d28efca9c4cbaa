/** What moves a terminal's cursor, turns the order of letters around, or is not seen: control characters, bidi marks, zero widths. */
export const invisible =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u00ad\u180e\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
