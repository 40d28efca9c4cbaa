import { withoutEnd } from '../../base/text.ts';
/**
 * A JSON value as YAML that every reader takes for that value, those of YAML 1.1 too: a text that could be anything else (`no`, `1e3`, `0x1`,
 * `~`, a date) stands in quotes, and what does not print is escaped. Fields that are `undefined` are left out.
 */
export const writeYaml = (value: unknown): string => `${typeof value === 'string' ? text(value) : linesOf(value).join('\n')}\n`;

const linesOf = (value: unknown): readonly string[] => {
  const content = asWritten(value);
  if (Array.isArray(content)) return content.length === 0 ? ['[]'] : content.flatMap(item => behind('- ', linesOf(item)));
  if (typeof content !== 'object' || content === null) return scalarLines(content);
  const fields = Object.entries(content).filter(([, field]) => field !== undefined);
  return fields.length === 0 ? ['{}'] : fields.flatMap(([key, field]) => fieldLines(key, field));
};
/** An object may say itself how it is written, as for JSON. */
const asWritten = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : value;
const behind = (lead: string, lines: readonly string[]): readonly string[] => {
  const indent = ' '.repeat(lead.length);
  return lines.map((line, index) => (index === 0 ? lead : line === '' ? '' : indent) + line);
};
/** A key of more than 1024 letters has to be marked as one. */
const fieldLines = (name: string, value: unknown): readonly string[] => {
  const key = text(name);
  const lead = key.length > 1000 ? [`? ${key}`, ':'] : [`${key}:`];
  const lines = linesOf(value);
  const [first = ''] = lines;
  const isNested = typeof asWritten(value) === 'object' && first !== '[]' && first !== '{}' && first !== 'null';
  if (isNested) return [...lead, ...lines.map(line => (line === '' ? '' : `  ${line}`))];
  return [...lead.slice(0, -1), `${lead.at(-1)} ${first}`, ...lines.slice(1).map(line => (line === '' ? '' : `  ${line}`))];
};

const scalarLines = (value: unknown): readonly string[] => {
  if (typeof value !== 'string') return [value === null || value === undefined ? 'null' : String(value)];
  return isBlock(value) ? blockLines(value) : [text(value)];
};
const printableText = /^(?:(?!\p{Default_Ignorable_Code_Point})[ \p{L}\p{M}\p{N}\p{P}\p{S}])*$/u;
/** A text of several lines that is readable as it is: a certificate, a script. */
const isBlock = (value: string): boolean =>
  /^\S/.test(value) && value.includes('\n') && value.split('\n').every(line => printableText.test(line));
const blockLines = (value: string): readonly string[] => {
  const text = withoutEnd(value, '\n');
  const end = value.length - text.length;
  const lines = text.split('\n');
  if (end === 0) return ['|-', ...lines];
  return end === 1 ? ['|', ...lines] : ['|+', ...lines, ...Array.from({ length: end - 1 }, () => '')];
};

const text = (value: string): string => (isPlain(value) ? value : quoted(value));
/** What YAML 1.1 takes for a truth value, nothing or a number though it begins with a letter. */
const words = /^(?:y|yes|n|no|true|false|on|off|null|nan|inf)$/i;
/** A word, a sentence or an address; a version or an IP address too, which no reader takes for a number. */
const isPlain = (value: string): boolean =>
  printableText.test(value) &&
  (/^(?:--)?[A-Za-z/]/.test(value) || /^\d+(?:\.\d+){2,}$/.test(value)) &&
  !words.test(value) &&
  !/: | #|[: ]$/.test(value);
const quoted = (value: string): string => {
  const characters = [...value].map(character => escapes[character] ?? (printableText.test(character) ? character : escapeOf(character)));
  return `"${characters.join('')}"`;
};
const escapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** Half a character of UTF-16 has no form in YAML. */
const escapeOf = (character: string): string => {
  if (!character.isWellFormed()) return '\\ufffd';
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
};
