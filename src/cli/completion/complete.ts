import { printable } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';
import type { GlobalArgs } from '../../commands/global-options.ts';
import { commandAt, nouns, singles } from '../../commands/index.ts';
import type { Usage } from '../command.ts';
import { type Flags, flagOf, flagsOf, readLine, valuesOf, written } from '../flags.ts';
import { allFlags, commandPath } from '../route.ts';

/** A word that may stand there, and what it means. */
interface Candidate {
  readonly word: string;
  readonly describe?: string;
}
/** Names that only a control plane knows; empty when it does not answer in time. */
export type NamesOf = (kind: 'clientconfigs' | 'contexts', args: GlobalArgs) => Promise<readonly Candidate[]>;

type Ask = (kind: Parameters<NamesOf>[0]) => Promise<readonly Candidate[]>;
/** Flags by their long names with the last value of each. */
type LastValues = ReadonlyMap<string, string>;

/** Cobra's directives: 4 forbids the shell to offer files, 0 lets it, 6 also sets no space behind the word. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly directive: 0 | 4 | 6;
}
const files: Completion = { candidates: [], directive: 0 };
const nothing: Completion = { candidates: [], directive: 4 };
const fitting = (start: string, all: readonly (Candidate | string)[]): Completion => ({
  candidates: all.map(one => (typeof one === 'string' ? { word: one } : one)).filter(({ word }) => word.startsWith(start)),
  directive: 4,
});
const described = ([word, { describe }]: [string, { readonly describe: string }]): Candidate => ({ word, describe });

/** What can stand in place of the last word of a line. Only names ask a cluster. */
export const complete = async (io: IO, line: readonly string[], namesOf: NamesOf): Promise<Completion> => {
  const last = line.at(-1) ?? '';
  const { noun, verb, names, others } = commandPath(line.slice(0, -1));
  const found = commandAt(names);
  const known = found === undefined ? allFlags : flagsOf(found);
  const { given, words, open, end } = readLine(others, known);
  const onlyWords = end !== undefined;
  const flags: LastValues = new Map([...given].map(([name, values]) => [name, values.at(-1) ?? '']));
  const ask = async (kind: Parameters<NamesOf>[0]): Promise<readonly Candidate[]> =>
    // The names in manifests are not those of a cluster.
    flags.has('filename') ? [] : namesOf(kind, globalArgsOf(given, known));
  const value = (name: string, text: string): Promise<Completion> => valuesFor(io, { name, known, flags, ask }, text);
  if (open !== undefined) return value(open.name, last);
  const [, flag = '', text = ''] = /^(--?[^=]+)=(.*)$/s.exec(last) ?? [];
  if (flag !== '' && !onlyWords) {
    const name = flagOf(flag, known);
    return name === undefined ? nothing : value(name, text);
  }
  if (last.startsWith('-') && !onlyWords) return fitting(last, flagsLeft(flags, flagsOf(found)));
  if (noun === undefined && onlyWords) return nothing;
  if (noun === undefined) return fitting(last, [...Object.entries(nouns), ...Object.entries(singles)].map(described));
  if (found !== undefined) return positionalOf(names, found, words, last, ask);
  return verb === undefined && Object.hasOwn(nouns, noun)
    ? fitting(last, Object.entries(nouns[noun]?.verbs ?? {}).map(described))
    : nothing;
};

/** The global flags of a line that is not finished; a flag of the command that has the name of one is not that one. */
const globalArgsOf = (given: ReadonlyMap<string, readonly string[]>, known: Flags): GlobalArgs => {
  const globals = new Map([...flagsOf()].filter(([name, flag]) => known.get(name) === flag));
  return valuesOf({ given, words: [], open: undefined }, { describe: '' }, globals, '') as GlobalArgs;
};
const flagsLeft = (flags: LastValues, known: Flags): readonly Candidate[] =>
  [...known]
    .filter(([name, { array }]) => array === true || !flags.has(name))
    .map(([name, { describe }]) => ({ word: written(name), describe }))
    .sort((a, b) => (a.word < b.word ? -1 : 1));

const fileFlags = new Set(
  'kubeconfig ca-file filename snapshot suppress-file source-kubeconfig dest-kubeconfig for output-file'.split(' '),
);
const valuesFor = async (
  io: IO,
  { name, known, flags, ask }: { readonly name: string; readonly known: Flags; readonly flags: LastValues; readonly ask: Ask },
  text: string,
): Promise<Completion> => {
  const option = known.get(name);
  if (fileFlags.has(name)) return files;
  if (option?.array === true) return lastOf(text, ',', part => valuesFor(io, { name, known: withoutLists(known), flags, ask }, part));
  if (option?.choices !== undefined) return fitting(text, option.choices);
  if (name === 'for-context') return fitting(text, await ask('contexts'));
  if (name === 'suppress' && text.includes('=')) return lastOf(text, '=', async part => fitting(part, await ask('contexts')));
  if (name === 'only' || name === 'skip' || name === 'suppress') return fitting(text, await codes());
  const list = kubeconfigLists[name];
  if (list !== undefined) {
    const path = flags.get(name === 'source-context' ? 'source-kubeconfig' : name === 'dest-context' ? 'dest-kubeconfig' : '');
    const all = fitting(text, await kubeconfigNames(io, path ?? flags.get('kubeconfig'), list));
    // rotate takes them as NAME=CONTEXT too.
    return all.candidates.length === 0 && text.includes('=')
      ? lastOf(text, '=', part => valuesFor(io, { name, known, flags, ask }, part))
      : all;
  }
  const { candidates } = fitting(text, option?.suggestions ?? []);
  // What ends in = goes on.
  return { candidates, directive: candidates.length > 0 && candidates.every(({ word }) => word.endsWith('=')) ? 6 : 4 };
};
const withoutLists = (known: Flags): Flags => new Map([...known].map(([name, option]) => [name, { ...option, array: false }]));
/** The part after the last separator is what is being written. */
const lastOf = async (text: string, separator: string, complete: (part: string) => Promise<Completion>): Promise<Completion> => {
  const at = text.lastIndexOf(separator) + 1;
  const { candidates, directive } = await complete(text.slice(at));
  return { candidates: candidates.map(one => ({ ...one, word: `${text.slice(0, at)}${one.word}` })), directive };
};
const codes = async (): Promise<readonly Candidate[]> =>
  (await import('../../checks/index.ts')).checks.map(({ code, title }) => ({ word: code, describe: title }));

const kubeconfigLists: Readonly<Record<string, 'contexts' | 'clusters' | 'users'>> = {
  context: 'contexts',
  'from-context': 'contexts',
  'ca-from-context': 'contexts',
  'source-context': 'contexts',
  'dest-context': 'contexts',
  cluster: 'clusters',
  user: 'users',
};
const kubeconfigNames = async (io: IO, path: string | undefined, list: 'contexts' | 'clusters' | 'users'): Promise<readonly string[]> =>
  [...(await (await import('../../kube/kubeconfig/user.ts')).readUserKubeconfig(io, path))[list].keys()].sort();

const positionalOf = async (
  [noun, verb]: readonly string[],
  { positionals = {} }: Usage,
  given: readonly string[],
  last: string,
  ask: Ask,
): Promise<Completion> => {
  const all = Object.entries(positionals);
  const [name, option] = all[given.length] ?? all.at(-1) ?? [];
  if (name === undefined || (given.length >= all.length && option?.array !== true)) return nothing;
  if (option?.choices !== undefined) return fitting(last, option.choices);
  if (name === 'CODE')
    return fitting(
      last,
      (await codes()).filter(({ word }) => !given.includes(word)),
    );
  // A new name is nobody's yet.
  if (name !== 'NAME' || verb === 'create') return nothing;
  const names = await ask(noun === 'contexts' ? 'contexts' : 'clientconfigs');
  return fitting(
    last,
    names.filter(({ word }) => !given.includes(word)),
  );
};

/** Candidates as cobra prints them: one a line, a tab before the description, and the directive last. */
export const protocol = ({ candidates, directive }: Completion): string =>
  `${candidates
    // A name that a line cannot hold cannot be typed either.
    .filter(({ word }) => printable(word) === word)
    .map(({ word, describe }) => `${word}${describe === undefined ? '' : `\t${printable(describe)}`}\n`)
    .join('')}:${directive}\n`;
