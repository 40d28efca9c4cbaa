import type { IO } from '../base/io.ts';
import { wrap, wrapCommand } from '../base/wrap.ts';
import type { Flag, Program, Usage } from './command.ts';

type Described = Readonly<Record<string, Flag>>;

/** kubectl's help does not follow a wide terminal either: a line that is too long is hard to read. */
export const helpWidth = ({ columns }: IO): number => Math.min(columns ?? 80, 80);
const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const paragraph = (text: string, width: number): string => wrap(text, '', '', width).join('\n');
/** Paragraphs with an empty line between them; those that have nothing to say are left out. */
const page = (parts: readonly string[]): string => `${parts.filter(part => part !== '').join('\n\n')}\n`;
const section = (title: string, text: string): string => (text === '' ? '' : `${title}:\n${text}`);
/** A name and what it is for, side by side; a long name has a line of its own. */
const sideBySide = (rows: readonly (readonly [string, string])[], width: number): string => {
  const indent = ' '.repeat(Math.min(Math.max(0, ...rows.map(([name]) => name.length)) + 5, 34));
  return rows
    .flatMap(([name, text]) => {
      const first = `  ${name}`.padEnd(indent.length);
      // Two blanks at least between the two.
      const fits = name.length + 4 <= indent.length;
      return [...(fits ? [] : [first]), ...wrap(text, fits ? first : indent, indent, width)];
    })
    .join('\n');
};
const globals = ({ name }: Program, width: number): string =>
  paragraph(`Use "${name} options" for a list of global command-line options (applies to all commands).`, width);

/** The program, or one noun of it, with the commands that may follow. */
export const groupHelp = (program: Program, noun: string | undefined, width: number): string => {
  const { describe, commands } =
    noun === undefined
      ? { describe: program.describe, commands: { ...program.nouns, ...program.singles } }
      : { describe: program.nouns[noun]?.describe ?? '', commands: program.nouns[noun]?.verbs ?? {} };
  const commandPrefix = noun === undefined ? program.name : `${program.name} ${noun}`;
  const { first = [] } = program;
  const rows = Object.entries(commands).map(([name, command]) => [name, capital(command.describe)] as const);
  return page([
    paragraph(capital(describe), width),
    section('Start here', noun === undefined ? first.map(([line, what]) => example(program, `$0 ${line}`, what, width)).join('\n') : ''),
    section('Available Commands', sideBySide(rows, width)),
    section('Usage', `  ${commandPrefix} COMMAND [options]`),
    `${paragraph(`Use "${commandPrefix} COMMAND --help" for more information about a given command.`, width)}\n${globals(program, width)}`,
  ]);
};

/** One command, by the words that name it. */
export const commandHelp = (
  program: Program,
  path: readonly string[],
  { describe, options = {}, positionals = {}, examples = [] }: Usage,
  width: number,
): string => {
  const flags = Object.keys(options).length === 0 ? [] : ['[options]'];
  const words = [program.name, ...path, ...Object.entries(positionals).map(place), ...flags];
  return page([
    paragraph(capital(describe), width),
    section('Examples', examples.map(([line, what]) => example(program, line, what, width)).join('\n\n')),
    section(
      'Arguments',
      sideBySide(
        Object.entries(positionals).map(([name, option]) => [name, meaning(option)]),
        width,
      ),
    ),
    section('Options', rowsOf(options, width)),
    section('Usage', `  ${words.join(' ')}`),
    globals(program, width),
  ]);
};

const place = ([name, { array, required }]: [string, Flag]): string => {
  const placeholder = array === true ? `${name}...` : name;
  return required === true ? placeholder : `[${placeholder}]`;
};
/** Long ones go on behind a backslash, so that they can be pasted; nothing in quotes is cut. */
const example = ({ name }: Program, line: string, what: string, width: number): string => {
  const words = line.replaceAll('$0', name).match(/(?:'[^']*'|[^\s'])+/g) ?? [];
  return [`  # ${capital(what)}`, ...wrapCommand(words, '  ', '  ', width)].join('\n');
};

/** The flags that every command takes. */
export const optionsHelp = (options: Described, width: number): string =>
  page(['The following options can be passed to any command:', rowsOf(options, width)]);

const rowsOf = (options: Described, width: number): string =>
  sideBySide(
    Object.entries(options).map(([name, option]) => [flagName(name, option), meaning(option, option.required)]),
    width,
  );
const flagName = (name: string, option: Flag): string => {
  const { alias, type, array } = option;
  const flag = name.length === 1 ? `-${name}` : `${alias === undefined ? '    ' : `-${alias}, `}--${name}`;
  if (type === 'boolean') return flag;
  return `${flag} ${few(option) ?? (type === 'number' ? 'int' : array === true ? 'strings' : 'string')}`;
};
/** The values to choose from, where they find room beside the flag. */
const few = ({ choices = [] }: Flag): string | undefined => {
  const all = choices.join('|');
  return all !== '' && all.length <= 20 ? all : undefined;
};
const meaning = (option: Flag, required = false): string => {
  const { describe, default: standard, choices = [] } = option;
  const notes = [
    ...(choices.length > 0 && few(option) === undefined ? [`one of ${choices.join(', ')}`] : []),
    ...(standard === undefined ? [] : [`default: ${standard}`]),
    ...(required ? ['required'] : []),
  ];
  return `${describe}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
};
