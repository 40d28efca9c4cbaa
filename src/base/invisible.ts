/**
 * What moves a terminal's cursor, turns the order of letters around, or is not seen: control characters, line and paragraph separators, bidi
 * marks, zero widths and fillers, tags, and halves of characters.
 */
export const invisible = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;
