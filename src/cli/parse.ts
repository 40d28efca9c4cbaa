import yargs from 'yargs';
import { usage } from '../base/errors.ts';
import type { Flag, Usage } from './command.ts';
import { answerOf, type Flags, isBlankName, isBlankValue, type Line, numberOf, written } from './pflag.ts';

/** kubectl's spellings are read already (pflag.ts), and reach yargs as `--name="value"` alone: of its own spellings it knows no other. */
const oneSpelling = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'greedy-arrays': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'short-option-groups': false,
};
const forAny = (text: string) => ({ one: text, other: text });
/** Its complaints in kubectl's words. */
const words = {
  'Missing required argument: %s': forAny('--%s is missing'),
  'Argument: %s, Given: %s, Choices: %s': '--%s does not take %s: it takes %s',
};

/** The values of a line that has no unknown flag, by the names of flags and positionals. Throws one line for the first thing that is wrong. */
export const valuesOf = (
  line: Pick<Line, 'given' | 'words' | 'open'>,
  { positionals = {} }: Usage,
  flags: Flags,
  fix: string,
): Readonly<Record<string, unknown>> => {
  if (line.open !== undefined) throw usage(`${line.open.as} needs a value`, fix);
  const slots = Object.entries(positionals);
  const surplusWords = slots.at(-1)?.[1].array === true ? [] : line.words.slice(slots.length);
  if (surplusWords.length > 0) throw usage(`unexpected argument ${surplusWords.join(', ')}`, fix);
  const standing = slots.flatMap(([name, flag], at) =>
    line.words.slice(at, flag.array === true ? undefined : at + 1).map(text => ({ name, flag, text })),
  );
  const blankName = standing.find(({ flag, text }) => isBlankName(flag)(text));
  if (blankName !== undefined) throw usage(`${blankName.name} is empty`, fix);
  // Whoever asks for help gets it before; what is left is --help=false, and yargs keeps that name to itself.
  const ownFlags = [...flags].filter(([name]) => name !== 'help');
  const flagTexts = ownFlags.flatMap(([name, flag]) =>
    (line.given.get(name) ?? [])
      // An empty value of a global flag is a variable that nobody has set, and kubectl takes it for no flag at all.
      .filter(text => text !== '' || flag.global !== true)
      .map(text => ({ name, flag, text })),
  );
  const blankFlag = ownFlags.find(([name, flag]) => isBlankValue(flag, line.given.get(name)?.at(-1)));
  if (blankFlag !== undefined) throw usage(`${written(blankFlag[0])} is empty`, fix);
  // In quotes, which yargs takes off: it would take those of the value itself, and an empty list element for none.
  const spelled = [...flagTexts, ...standing].map(({ name, flag, text }) => `--${name}="${plain(name, flag, text, fix)}"`);
  const options = Object.fromEntries([...ownFlags, ...slots].map(([name, flag]) => [name, optionOf(flag)]));
  const { _, $0, ...values } = parserOf(spelled, options, fix).parse() as Readonly<Record<string, unknown>>;
  return values;
};
const parserOf = (spelled: readonly string[], options: Readonly<Record<string, ReturnType<typeof optionOf>>>, fix: string) =>
  yargs([...spelled])
    .parserConfiguration(oneSpelling)
    .detectLocale(false)
    // Its types know the translations of one number alone.
    .updateStrings(words as unknown as Record<string, string>)
    .options(options)
    .strictOptions()
    .version(false)
    .help(false)
    .exitProcess(false)
    .fail((message, error) => {
      if (error !== undefined && error !== null && error.name !== 'YError') throw error;
      throw usage(inOneLine(message ?? error?.message ?? 'wrong use'), fix);
    });

/** A text that yargs takes as kubectl does: it would take `--all=1` for no, and `--parallel=x` for a number that is none. */
const plain = (name: string, { type, meanings = {} }: Flag, text: string, fix: string): string => {
  if (type === 'number' && numberOf(text) === undefined) throw usage(`${written(name)} takes a whole number, not "${text}"`, fix);
  if (type !== 'boolean') return text;
  const answer = Object.hasOwn(meanings, text) ? meanings[text] : answerOf(text);
  if (answer === undefined) throw usage(`${written(name)} is true or false, not "${text}"`, fix);
  return String(answer);
};
/** As kubectl does it: of a flag that is given twice and takes one value, the last one counts. */
const optionOf = ({ type, choices, default: standard, array, required }: Flag) => ({
  ...(array === true
    ? { type: 'array' as const, string: true }
    : { type: type ?? ('string' as const), coerce: (value: unknown) => (Array.isArray(value) ? value.at(-1) : value) }),
  ...(choices === undefined ? {} : { choices }),
  ...(standard === undefined ? {} : { default: standard }),
  ...(required === true ? { demandOption: true } : {}),
});
/** The first of its complaints in one line. It names a positional like a flag, but those are in capitals. */
const inOneLine = (message: string): string => {
  const [first = ''] = message.replace(/^Invalid values:\n {2}/, '').split('\n  --', 1);
  const own = first.replace(/^--(?=[A-Z])/, '').replace(/^(\S+), .* is missing$/, '$1 is missing');
  const list = own.lastIndexOf(': it takes ');
  return list < 0 ? own : own.slice(0, list) + own.slice(list).replaceAll('"', '');
};
