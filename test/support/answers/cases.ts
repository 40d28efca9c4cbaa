import type { Reply } from '../../../sandbox/api/reply.ts';
import type { Run } from '../run.ts';
import { commands, type FuzzedCommand } from './commands.ts';
import { type Mutation, mutationFor, unreadable } from './mutations.ts';
import { randomFrom } from './random.ts';
import type { FuzzWorld } from './world.ts';

/** A command as it goes when every answer is as it should be. */
export interface Baseline {
  readonly command: FuzzedCommand;
  readonly run: Run;
  /** each call with its answers, in a fixed order */
  readonly calls: readonly (readonly [call: string, replies: readonly Reply[]])[];
}
export interface Finding {
  /** the same for every case that meets it */
  readonly site: string;
  /** what to set CASE to, to see it again */
  readonly id: string;
  readonly what: string;
  readonly said: string;
}

export const baselinesIn = async (world: FuzzWorld): Promise<readonly Baseline[]> => {
  const baselines: Baseline[] = [];
  for (const command of commands) {
    const calls = new Map<string, Reply[]>();
    const run = await world.run(command, new AbortController().signal, (call, reply) => {
      calls.set(call, [...(calls.get(call) ?? []), structuredClone(reply)]);
      return reply;
    });
    if (run.code !== 0) throw new Error(`${command.name}: exit ${run.code}\n${run.stdout}${run.stderr}`);
    baselines.push({ command, run, calls: [...calls].sort(([a], [b]) => (a < b ? -1 : 1)) });
  }
  return baselines;
};

export interface Case {
  readonly id: string;
  readonly baseline: Baseline;
  readonly call: string;
  /** the how manieth answer to that call, and whether all after it as well */
  readonly nth: number;
  readonly lasting: boolean;
  readonly mutation: Mutation;
}
/** Every call of every command, not once answered with anything that can be used. */
export const unreadableCases = (baselines: readonly Baseline[]): readonly Case[] =>
  baselines.flatMap(baseline =>
    baseline.calls.flatMap(([call, replies]) =>
      unreadable(replies[0] as Reply).map((mutation, index) => ({
        id: `${baseline.command.name}:${call}:${index}`,
        baseline,
        call,
        nth: 0,
        lasting: true,
        mutation,
      })),
    ),
  );
/** The case of a seed and a number: each command in turn, then a call, an answer and a change by chance. */
export const caseOf = (baselines: readonly Baseline[], seed: number, number: number): Case => {
  const random = randomFrom(seed * 1_000_003 + number);
  const baseline = baselines[number % baselines.length] as Baseline;
  const [call, replies] = random.pick(baseline.calls);
  const nth = random.below(Math.min(replies.length, 3));
  const mutation = mutationFor(random, replies[nth] as Reply);
  return { id: `${seed}:${number}`, baseline, call, nth, lasting: random.below(4) === 0, mutation };
};

/** Runs a case in a world of its own, and says what is wrong with what came of it. What takes too long twice does not end: once may be the machine. */
export const tryCase = async (world: FuzzWorld, one: Case): Promise<readonly Finding[]> => {
  const first = await tryOnce(world, one);
  return first.some(({ site }) => site.startsWith(endless)) ? tryOnce(world, one) : first;
};
const endless = 'does not end: ';
const tryOnce = async (world: FuzzWorld, one: Case): Promise<readonly Finding[]> => {
  const { baseline, call, nth, lasting, mutation } = one;
  let seen = 0;
  let hit = false;
  const interrupt = new AbortController();
  const timer = setTimeout(() => interrupt.abort(new Error('interrupted')), baseline.command.waits === true ? 5000 : patience);
  const isHit = (at: string): boolean => at === call || (lasting && mutation.unreadable && anywhere(at) === anywhere(call));
  const run = await world.run(baseline.command, interrupt.signal, (at, reply) => {
    if (!isHit(at)) return reply;
    const index = seen++;
    if (index !== nth && !(lasting && index > nth)) return reply;
    hit = true;
    return mutation.apply(reply);
  });
  clearTimeout(timer);
  const what = `${baseline.command.name}: ${call} #${nth}${lasting ? ' and after' : ''}: ${mutation.name}`;
  const said = `exit ${run.code}\n${run.stdout.slice(-1500)}${run.stderr.slice(-3000)}`;
  const waited = run.code === 130 && interrupt.signal.aborted;
  const late = `${endless}${baseline.command.name}: ${call.replace(/\?.*/, '')}`;
  const sites = waited ? (baseline.command.waits === true ? [] : [late]) : [...judge(run, world, hit ? one : undefined)];
  return sites.map(site => ({ site, id: one.id, what, said }));
};

/** A call without its namespace: what may not be read everywhere is asked for where it is needed, and that is another way to the same. */
const anywhere = (call: string): string => call.replace(/\/namespaces\/[^/?]+(?=\/)/, '');
/** Milliseconds after which a case is interrupted; no command waits as long for anything. */
const patience = 60_000;

const judge = function* (run: Run, world: FuzzWorld, one: Case | undefined): Generator<string> {
  const { code, stdout, stderr } = run;
  const bug = /^bug: (.*(?:\n\s+at .*)*)/m.exec(stderr)?.[1];
  if (bug !== undefined) yield siteOf(bug);
  else if (/^\s+at \S+ \(.*:\d+:\d+\)$/m.test(stdout + stderr)) yield 'a stack trace is printed';
  if (![0, 1, 2, 3, 4].includes(code ?? -1)) yield `exit ${code}`;
  if (bug === undefined && code !== 0 && stdout === '' && !/^error: .+\nfix: {3}.+$/m.test(stderr))
    yield `exit ${code} without a word of why`;
  if (world.credentials().some(token => (stdout + stderr).includes(token))) yield 'a credential is printed';
  if (Object.keys(Object.prototype).length > 0 || 'polluted' in {}) yield 'Object.prototype is changed';
  if (one !== undefined && code === 0 && one.mutation.unreadable && one.lasting) yield* passing(run, one);
};

/** Exit 0 although an answer never came: right only where the command does as well without it, or says that it had to. */
const passing = function* (run: Run, { baseline, call, nth }: Case): Generator<string> {
  const { command } = baseline;
  const path = call.replace(/\?.*/, '');
  const [, needs = undefined] = command.without?.find(([optional]) => optional.test(call)) ?? [];
  if (needs === undefined) yield `exit 0 though unreadable: ${command.name}: ${path}`;
  else if (needs === 'the same' && plain(run) !== plain(baseline.run)) yield `not the same without: ${command.name}: ${path}`;
  // What the first answer has told stands.
  else if (needs instanceof RegExp && !needs.test(run.stdout + run.stderr) && (nth === 0 || plain(run) !== plain(baseline.run)))
    yield `not told: ${command.name}: ${path}`;
};
/** What a run printed, without times, ports, drawn names and the quotes that YAML puts around some of them, and without how old anything is. */
const plain = ({ stdout, stderr }: Run): string =>
  (stdout + stderr)
    .replace(/"?(?:eyJ[\w.-]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,}|[A-Za-z0-9+/]{40,}=*|answers-\w+)"?/g, '*')
    .replace(/\b\d+(?:ms|[smhd])\b/g, '0s')
    .replace(/\d+/g, '0')
    .replace(/ +/g, ' ');

/** The kind of error and the first place of ours that it came from. */
export const siteOf = (stack: string): string => {
  const [first = ''] = stack.split('\n');
  const at = stack.split('\n').find(line => /\/src\//.test(line)) ?? '';
  const [, name = '', file = ''] = /at (?:async )?(?:(.*?) \()?(?:file:\/\/)?.*?\/(src\/[^:]+):/.exec(at) ?? [];
  return `${first.replace(/(reading|of) .*/, '$1 …').slice(0, 80)} at ${file} ${name}`.trim();
};
