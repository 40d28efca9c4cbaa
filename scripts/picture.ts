/** The look of each SGR code that the program uses, on the dark ground of the picture. */
const looks: Readonly<Record<string, string>> = {
  '1': 'font-weight="bold" fill="#f0f6fc"',
  '2': 'fill="#8b949e"',
  '31': 'fill="#ff7b72"',
  '32': 'fill="#56d364"',
  '33': 'fill="#e3b341"',
  '36': 'fill="#76e3ea"',
};
const advance = 8.4;
const lineHeight = 19;
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A terminal as an SVG image: a title bar, then what the program printed, its colours kept. `columns` wide, whatever font the reader has. */
export const picture = (title: string, printed: string, columns: number): string => {
  const lines = printed.trimEnd().split('\n');
  const width = Math.ceil(columns * advance) + 32;
  const height = lines.length * lineHeight + 68;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    `<circle cx="20" cy="18" r="6" fill="#ff5f57"/><circle cx="40" cy="18" r="6" fill="#febc2e"/><circle cx="60" cy="18" r="6" fill="#28c840"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#c9d1d9" xml:space="preserve">`,
    `<text x="${width / 2}" y="23" text-anchor="middle" fill="#8b949e">${escaped(title)}</text>`,
    ...lines.flatMap((line, row) => spans(line, 56 + row * lineHeight)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
};
/** One text element for each stretch of one colour, placed by its column: a reader's font may be wider or narrower. */
const spans = (line: string, y: number): string[] => {
  let column = 0;
  let look = '';
  return line.split(/\u001b\[(\d+)m/).flatMap((part, index) => {
    if (index % 2 === 1) {
      look = looks[part] ?? '';
      return [];
    }
    const letters = [...part].length;
    const x = 16 + column * advance;
    column += letters;
    if (part.trim() === '') return [];
    return [
      `<text x="${x.toFixed(1)}" y="${y}" textLength="${(letters * advance).toFixed(1)}"${look === '' ? '' : ` ${look}`}>${escaped(part)}</text>`,
    ];
  });
};
