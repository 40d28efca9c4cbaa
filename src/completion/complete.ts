import type { Options } from 'yargs';
import { checks } from '../checks/index.ts';
import { commandPath } from '../commands/command-path.ts';
import { globalOptions } from '../commands/global-options.ts';
import { loadCommand, nouns, singles } from '../commands/index.ts';
import { printable } from '../errors.ts';
import type { IO } from '../io.ts';
import { readUserKubeconfig } from '../kubeconfig/user.ts';
import { type Recorded, recorded } from './recorded.ts';

/** A word that may stand there, and what it means. */
interface Candidate {
  readonly word: string;
  readonly describe?: string;
}
/** Names that only a control plane knows; empty when it does not answer in time. */
export type NamesOf = (kind: 'clientconfigs' | 'contexts', flags: ReadonlyMap<string, string>) => Promise<readonly string[]>;

/** Cobra's directives: 4 forbids the shell to offer files, 0 lets it. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly directive: 0 | 4;
}
const words = (all: readonly (string | Candidate)[]): Completion => ({
  candidates: all.map(one => (typeof one === 'string' ? { word: one } : one)),
  directive: 4,
});
const files: Completion = { candidates: [], directive: 0 };

/** What can stand in place of the last word. Only NAMEs ask a cluster. */
export const complete = async (io: IO, line: readonly string[], namesOf: NamesOf): Promise<Completion> => {
  const last = line.at(-1) ?? '';
  const before = line.slice(0, -1);
  const { noun, verb, rest } = commandPath(before);
  const command = noun === undefined ? undefined : await loadCommand(io, noun, verb);
  const { options, positionals } = command === undefined ? { options: new Map<string, Options>(), positionals: [] } : recorded(command);
  const known = new Map<string, Options>([...Object.entries(globalOptions), ...options]);
  const given = flagsGiven(before, known);
  const flagBefore = flagOf(before.at(-1) ?? '', known);
  if (flagBefore !== undefined && takesValue(known.get(flagBefore)))
    return within(last, value => valuesOf(io, flagBefore, known, given, value));
  const glued = /^(--[^=]+)=(.*)$/s.exec(last);
  if (glued?.[1] !== undefined && glued[2] !== undefined) {
    const [, flag, value] = glued;
    const name = flagOf(flag, known);
    if (name === undefined) return words([]);
    const { candidates, directive } = await within(value, text => valuesOf(io, name, known, given, text));
    return { candidates: candidates.map(one => ({ ...one, word: `${flag}=${one.word}` })), directive };
  }
  if (last.startsWith('-')) return fitting(last, flagsLeft(given, known));
  if (noun === undefined) {
    const all = [...Object.entries(nouns), ...Object.entries(singles)];
    return fitting(
      last,
      all.map(([word, { describe }]) => ({ word, describe })),
    );
  }
  if (command === undefined) {
    const verbs = Object.keys(nouns[noun]?.verbs ?? {});
    return verb === undefined
      ? fitting(
          last,
          verbs.map(word => ({ word })),
        )
      : words([]);
  }
  return fitting(last, await positionalsOf({ noun, verb }, { options, positionals }, before.slice(rest), given, namesOf));
};

const takesValue = (option: Options | undefined): boolean => option !== undefined && option.type !== 'boolean';
/** The name of the flag that a word is, by its long form or its alias. */
const flagOf = (word: string, known: ReadonlyMap<string, Options>): string | undefined => {
  if (word.startsWith('--')) return known.has(word.slice(2)) ? word.slice(2) : undefined;
  if (!/^-\w$/.test(word)) return undefined;
  const short = word.slice(1);
  return [...known].find(([name, { alias }]) => name === short || alias === short)?.[0];
};
const flagsGiven = (before: readonly string[], known: ReadonlyMap<string, Options>): ReadonlyMap<string, string> =>
  new Map(
    before.flatMap((word, index): [string, string][] => {
      const glued = /^--([^=]+)=(.*)$/s.exec(word);
      if (glued?.[1] !== undefined) return [[glued[1], glued[2] ?? '']];
      const name = flagOf(word, known);
      return name === undefined ? [] : [[name, takesValue(known.get(name)) ? (before[index + 1] ?? '') : 'true']];
    }),
  );
const flagsLeft = (given: ReadonlyMap<string, string>, known: ReadonlyMap<string, Options>): readonly Candidate[] =>
  [...known]
    .filter(([name, { array, hidden }]) => hidden !== true && (array === true || !given.has(name)))
    .map(([name, { describe }]) => ({
      word: name.length === 1 ? `-${name}` : `--${name}`,
      ...(typeof describe === 'string' ? { describe } : {}),
    }))
    .sort((a, b) => (a.word < b.word ? -1 : 1));
const fitting = (start: string, all: readonly Candidate[]): Completion => words(all.filter(({ word }) => word.startsWith(start)));
/** The part after the last comma is what is being written. */
const within = async (text: string, values: (part: string) => Promise<Completion> | Completion): Promise<Completion> => {
  const at = text.lastIndexOf(',') + 1;
  const { candidates, directive } = await values(text.slice(at));
  return { candidates: candidates.map(one => ({ ...one, word: `${text.slice(0, at)}${one.word}` })), directive };
};

const fileFlags = new Set([
  'kubeconfig',
  'ca-file',
  'filename',
  'snapshot',
  'suppress-file',
  'source-kubeconfig',
  'dest-kubeconfig',
  'for',
]);
const valuesOf = (
  io: IO,
  flag: string,
  known: ReadonlyMap<string, Options>,
  given: ReadonlyMap<string, string>,
  start: string,
): Completion => {
  const choices = known.get(flag)?.choices;
  if (choices !== undefined)
    return fitting(
      start,
      [...choices].map(word => ({ word: String(word) })),
    );
  if (fileFlags.has(flag)) return files;
  if (flag === 'context' || flag.endsWith('-context')) return fitting(start, kubeconfigNames(io, given, 'contexts'));
  if (flag === 'cluster') return fitting(start, kubeconfigNames(io, given, 'clusters'));
  if (flag === 'user') return fitting(start, kubeconfigNames(io, given, 'users'));
  if (flag === 'only' || flag === 'skip' || flag === 'suppress') return fitting(start, codes());
  const listed = /by its name: (.*)$/.exec(String(known.get(flag)?.describe ?? ''))?.[1];
  return fitting(
    start,
    (listed ?? '')
      .split(', ')
      .filter(word => word !== '')
      .map(word => ({ word })),
  );
};
const codes = (): readonly Candidate[] => checks.map(({ code, title }) => ({ word: code, describe: title }));
const kubeconfigNames = (io: IO, given: ReadonlyMap<string, string>, list: 'contexts' | 'clusters' | 'users'): readonly Candidate[] =>
  [...readUserKubeconfig(io, given.get('kubeconfig'))[list].keys()].sort().map(word => ({ word }));

const positionalsOf = async (
  { noun, verb }: { readonly noun: string; readonly verb: string | undefined },
  { positionals }: Recorded,
  given: readonly string[],
  flags: ReadonlyMap<string, string>,
  namesOf: NamesOf,
): Promise<readonly Candidate[]> => {
  const [positional] = positionals;
  if (positional === 'CODE') return codes();
  if (positional === 'SHELL') return ['bash', 'zsh', 'fish', 'powershell', 'kubectl'].map(word => ({ word }));
  // A new name is nobody's yet.
  if (positional !== 'NAME' || verb === 'create') return [];
  const names = await namesOf(noun === 'contexts' ? 'contexts' : 'clientconfigs', flags);
  return names.filter(name => !given.includes(name)).map(word => ({ word }));
};

/** Candidates as cobra prints them: one a line, a tab before the description, and the directive last. */
export const protocol = ({ candidates, directive }: Completion): string =>
  `${candidates.map(({ word, describe }) => `${printable(word)}${describe === undefined ? '' : `\t${printable(describe)}`}\n`).join('')}:${directive}\n`;
