import { invisible } from './invisible.ts';

/**
 * The flags that chose the control plane of a run. Every command that is printed carries them, so that pasted it acts on the same one,
 * whatever the current context is by then.
 */
export interface Target {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  /** kubectl's other flags of a connection with their values; never a token */
  readonly connection?: readonly (readonly [flag: string, ...value: string[]])[];
  /** the user's other contexts, one of which leads to a data plane that is meant */
  readonly others?: readonly string[];
}

/** A command to paste, without the flags that choose a control plane: those belong to the run, and only its printer knows them. */
export type CommandLine =
  | {
      readonly program: 'k8ssandra';
      /** as `clientconfig rotate` */
      readonly verb: string;
      readonly names: readonly string[];
      readonly flags: readonly string[];
      /** it needs --from-context, and which of the user's contexts leads there only the user knows */
      readonly through?: 'any';
    }
  | {
      readonly program: 'kubectl';
      /** the kubeconfig context of a data plane; the control plane when there is none */
      readonly context?: string;
      readonly words: readonly string[];
    };
export const ours = (verb: string, names: readonly string[] = [], ...flags: readonly string[]): CommandLine => ({
  program: 'k8ssandra',
  verb,
  names,
  flags,
});
/** The same command through the user's own context of the data plane, whichever it is: printed once for each that it may be. */
export const throughAny = (verb: string, names: readonly string[], ...flags: readonly string[]): CommandLine => ({
  program: 'k8ssandra',
  verb,
  names,
  flags,
  through: 'any',
});
/** kubectl in the cluster of a kubeconfig context, or in the control plane. */
export const kubectl = (context: string | undefined, ...words: readonly string[]): CommandLine => ({
  program: 'kubectl',
  ...(context === undefined ? {} : { context }),
  words,
});

/** Words for a person, with commands in them. */
export type Sentence = string | readonly (string | CommandLine)[];
export const sentence = (texts: TemplateStringsArray, ...parts: readonly (Sentence | CommandLine)[]): Sentence =>
  texts.flatMap((text, at) => [text, ...parts.slice(at, at + 1).flat()]);

/** What to do about a finding: a command that makes it go away, one that only shows, or a sentence where no command can. */
export type Remedy = { readonly label: 'fix' | 'look'; readonly command: CommandLine } | { readonly label: 'do'; readonly text: Sentence };
export const fix = (command: CommandLine): Remedy => ({ label: 'fix', command });
export const look = (command: CommandLine): Remedy => ({ label: 'look', command });
export const byHand = (text: Sentence): Remedy => ({ label: 'do', text });

/** These verbs take several names at once: one restart of the operator, or one look, does for all. */
const forSeveral: readonly string[] = ['clientconfig rotate', 'contexts check'];
/** The same remedies, each once; commands that differ in their names alone become one where the verb takes several. */
export const merged = (remedies: readonly Remedy[]): readonly Remedy[] =>
  [...Map.groupBy(remedies, keyOf).values()].flatMap(([first, ...others]): readonly Remedy[] => {
    if (first === undefined) return [];
    if (first.label === 'do' || first.command.program !== 'k8ssandra') return [first];
    const { command } = first;
    const all = [first, ...others].flatMap(one => (one.label !== 'do' && one.command.program === 'k8ssandra' ? [one.command] : []));
    const names = [...new Set(all.flatMap(one => one.names))];
    return [{ ...first, command: { ...command, names, flags: [...ofEach(command).rest, ...all.flatMap(one => ofEach(one).own)] } }];
  });
/** The flags of one name of several, as `--from-context NAME=CONTEXT`, and those of all. */
const ofEach = ({
  flags,
}: {
  readonly flags: readonly string[];
}): { readonly own: readonly string[]; readonly rest: readonly string[] } => {
  const isOwn = (at: number): boolean => [flags[at], flags[at - 1]].includes('--from-context');
  return { own: flags.filter((_, at) => isOwn(at)), rest: flags.filter((_, at) => !isOwn(at)) };
};
const keyOf = (remedy: Remedy): string =>
  remedy.label !== 'do' && remedy.command.program === 'k8ssandra' && forSeveral.includes(remedy.command.verb)
    ? JSON.stringify([remedy.label, remedy.command.verb, ofEach(remedy.command).rest])
    : JSON.stringify(remedy);

/** Flags of a connection that `create` and `update` take for that of the data plane. */
const takenByVerb: Readonly<Record<string, readonly string[]>> = {
  'clientconfig create': ['--server', '--tls-server-name'],
  'clientconfig update': ['--server', '--tls-server-name'],
};
/** The whole command of a run, word by word as a program gets it. */
export const commandWords = (command: CommandLine, { kubeconfig, context, namespace, connection = [] }: Target): readonly string[] => {
  const flag = (name: string, value: string | undefined): readonly string[] => (value === undefined ? [] : [name, value]);
  if (command.program === 'kubectl') {
    const contextFlags = [
      ...flag('--kubeconfig', kubeconfig),
      ...flag('--context', command.context ?? context),
      ...(command.context === undefined ? connection.flat() : []),
    ];
    return ['kubectl', ...contextFlags, ...command.words];
  }
  const { verb, names, flags } = command;
  return [
    ...['kubectl', 'k8ssandra', ...flag('--kubeconfig', kubeconfig), ...flag('--context', context)],
    ...connection.filter(([name]) => !(takenByVerb[verb] ?? []).includes(name)).flat(),
    ...flag('-n', namespace),
    ...verb.split(' '),
    ...(names.some(name => name.startsWith('-')) ? [...flags, '--', ...names] : [...names, ...flags]),
  ];
};
export const commandLine = (command: CommandLine, target: Target): string => {
  const line = commandWords(command, target).map(shellWord).join(' ');
  if (command.program === 'kubectl' || command.through === undefined) return line;
  const { others = [] } = target;
  const likelyContexts = others.filter(one => command.names.includes(one));
  const all = [...likelyContexts, ...others.filter(one => !likelyContexts.includes(one))];
  if (all.length === 0) return `${line} with --from-context, once your kubeconfig has a context of that data plane`;
  const each = all.slice(0, mostLines).map(one => `${line} --from-context ${shellWord(one)}`);
  return [...each, ...(all.length > mostLines ? [`with another of your ${all.length} contexts`] : [])].join(', or ');
};
/** Of commands to choose from. */
const mostLines = 3;
export const sentenceText = (text: Sentence, target: Target): string =>
  typeof text === 'string' ? text : text.map(part => (typeof part === 'string' ? part : commandLine(part, target))).join('');

// `=` and `~` at the start of a word mean something to zsh and to every shell
const bareWord = /^[\w@%+:./,-][\w@%+=:,./-]*$/;
/** One word as a shell needs it. What cannot be shown as it is, is written as the bytes that bash, zsh and ksh read back. */
export const shellWord = (word: string): string => {
  if (bareWord.test(word)) return word;
  if (word.search(invisible) === -1) return `'${word.replaceAll("'", "'\\''")}'`;
  const bytes = [...new TextEncoder().encode(word)].map(byte =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`,
  );
  return `$'${bytes.join('')}'`;
};
