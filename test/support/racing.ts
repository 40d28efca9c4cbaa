import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { record } from '../../sandbox/api/json.ts';
import type { Asked } from '../../sandbox/api/server.ts';
import type { Stored } from '../../sandbox/api/store.ts';
import type { Run } from './run.ts';

/** A control plane and the data plane `dp1`, in which commands race each other. */
export interface Track {
  readonly cli: (args: readonly string[], interrupted?: AbortSignal) => Promise<Run>;
  readonly reset: (start: Start) => Promise<void>;
  /** what its ClientConfig is called on the command line */
  readonly name: string;
  /** a name that its certificate is for */
  readonly tlsName: string;
  /** an export of the registration that `reset` has made, but for the TLS name, so that every command has something to write */
  readonly exported: string;
  readonly clientConfigs: () => Promise<readonly Stored[]>;
  /** Secrets of the control plane's namespace that hold a kubeconfig */
  readonly secrets: () => Promise<readonly Stored[]>;
  /** tokens of ours that are good in dp1 */
  readonly tokens: () => Promise<readonly Live[]>;
}
/** A token Secret, by its name, and the token in it. */
interface Live {
  readonly secret: string;
  readonly token: string;
}
/** dp1 is registered as it always is; or its export and the token in it are all that is left; or nothing is. */
export type Start = 'registered' | 'exported' | 'nothing';
export const commands = {
  create: ({ tlsName }: Track) => ['create', '--yes', '--from-context', 'dp1', '--allow', 'loopback', '--tls-server-name', tlsName],
  rotate: ({ name }: Track) => ['rotate', name, '--yes', '--timeout', '60s'],
  delete: ({ name }: Track) => ['delete', name, '--yes'],
  update: ({ name, tlsName }: Track) => ['update', '--yes', name, '--tls-server-name', tlsName],
  rename: ({ name }: Track) => ['rename', '--yes', name, 'east'],
  import: ({ exported }: Track) => ['import', '--yes', '-f', exported, '--overwrite'],
  resume: () => ['rotate', '--resume', '--yes', '--timeout', '60s'],
} as const;
export type Command = keyof typeof commands;
const names = ['create', 'rotate', 'delete', 'update', 'rename', 'import'] as const satisfies readonly Command[];
export type Pair = readonly [Command, Command];
export const pairs: readonly Pair[] = names.flatMap((one, at) => names.slice(at).map(other => [one, other] as const));

/** What a command that has ended well has brought about, and the commands that may have undone it since. */
const effects: Readonly<Record<Command, { readonly holds: (end: End) => boolean; readonly undoneBy: readonly Command[] }>> = {
  create: { holds: ({ config }) => config !== undefined, undoneBy: ['delete'] },
  import: { holds: ({ config }) => config !== undefined, undoneBy: ['delete'] },
  delete: { holds: ({ config }) => config === undefined, undoneBy: ['create', 'import'] },
  rotate: { holds: ({ token, first }) => token !== undefined && token !== first, undoneBy: ['delete'] },
  update: { holds: ({ tlsServerName }) => tlsServerName !== undefined, undoneBy: ['delete', 'import'] },
  rename: { holds: ({ context }) => context === 'east', undoneBy: ['delete', 'import'] },
  // There may have been nothing left to resume.
  resume: { holds: () => true, undoneBy: [] },
};
interface End {
  readonly config: Stored | undefined;
  readonly context: string | undefined;
  readonly token: string | undefined;
  readonly tlsServerName: string | undefined;
  /** the token with which it began */
  readonly first: string | undefined;
}
interface Kubeconfig {
  readonly clusters: readonly { readonly name: string; readonly cluster: { readonly 'tls-server-name'?: string } }[];
  readonly users: readonly { readonly name: string; readonly user: { readonly token?: string } }[];
  readonly contexts: readonly { readonly name: string; readonly context: { readonly cluster: string; readonly user: string } }[];
}

const endOf = async (
  { clientConfigs, secrets }: Track,
  first: string | undefined,
  isTold: (secret: string) => boolean,
  said: string,
): Promise<End> => {
  const [configs, all] = [await clientConfigs(), await secrets()];
  assert.ok(configs.length < 2, `one ClientConfig at most\n${said}`);
  const [config] = configs;
  if (config === undefined) {
    assert.deepEqual(
      all.map(({ metadata }) => metadata.name).filter(name => !isTold(name)),
      [],
      `no Secret without its ClientConfig\n${said}`,
    );
    return { config, first, context: undefined, token: undefined, tlsServerName: undefined };
  }
  const spec = record(config['spec']);
  const context = String(spec['contextName'] ?? config.metadata.name);
  const wanted = record(spec['kubeConfigSecret'])['name'];
  assert.deepEqual(
    all.map(({ metadata }) => metadata.name),
    [wanted],
    `the Secret that it names, and no other\n${said}`,
  );
  const { annotations = {}, labels = {} } = all[0]?.metadata ?? {};
  assert.equal(annotations['cli.k8ssandra.io/rotation'], undefined, `no rotation is left under way\n${said}`);
  assert.equal(labels['cli.k8ssandra.io/deleting'], undefined, `no deletion is left under way\n${said}`);
  const { clusters, users, contexts } = parse(
    Buffer.from(String(record(all[0]?.['data'])['kubeconfig']), 'base64').toString(),
  ) as Kubeconfig;
  const chosen = contexts.find(({ name }) => name === context)?.context;
  assert.ok(chosen, `the stored kubeconfig has the context ${context}\n${said}`);
  const token = users.find(({ name }) => name === chosen.user)?.user.token;
  const tlsServerName = clusters.find(({ name }) => name === chosen.cluster)?.cluster['tls-server-name'];
  return { config, first, context, token, tlsServerName };
};
const text = ({ code, stdout, stderr }: Run): string => `exit ${code}\n${stdout}${stderr}`;

/** One of those who race. */
export interface Runner {
  readonly name: Command;
  /** milliseconds after which it begins */
  readonly after: number;
  /** milliseconds from its begin to Ctrl-C */
  readonly interrupted?: number;
}
export interface Ran {
  readonly name: Command;
  readonly ran: Run;
  /** milliseconds since all of them began */
  readonly from: number;
  readonly to: number;
}
/** What ends a command that Ctrl-C has cut short; the others take back what they have done. */
const finishing: Partial<Record<Command, Command>> = { delete: 'delete', rotate: 'resume', resume: 'resume' };
/** Commands in a way that has them meet: the end is whole, what was said is true, and whoever has lost says why. */
const judged = async (
  track: Track,
  how: string,
  start: Start,
  meet: () => Promise<readonly Ran[]>,
  isBegun = false,
): Promise<readonly Ran[]> => {
  await track.reset(start);
  const first = (await track.tokens())[0]?.token;
  const met = await meet();
  // No code: the signal came before the program had begun to listen for it.
  const cut = met.filter(({ ran }) => ran.code === 130 || ran.code === null);
  const finished: Ran[] = [];
  for (const { name } of cut) {
    const last = finishing[name];
    if (last !== undefined) finished.push(await run(track, { name: last, after: 0 }));
  }
  const all = [...met, ...finished];
  const said = `${how}, from ${start}\n${all.map(({ name, ran }) => `${name}: ${text(ran)}`).join('---\n')}`;
  // Two who give way to each other may leave what the one has made, when Ctrl-C ends the other: that is told.
  const isTold = (secret: string): boolean =>
    cut.length > 0 && met.some(({ ran }) => ran.code !== 0 && new RegExp(`^left .*/${secret} `, 'm').test(ran.stderr));
  const end = await endOf(track, first, isTold, said);
  const live = (await track.tokens()).flatMap(({ secret, token }) => (isTold(secret) && token !== end.token ? [] : [token]));
  if (end.config === undefined && start === 'exported')
    assert.ok(
      live.every(token => token === first),
      `no live token but that of the export\n${said}`,
    );
  else assert.deepEqual(live, end.token === undefined ? [] : [end.token], `one live token, the stored one\n${said}`);
  assert.doesNotMatch(said, /eyJ[\w-]{8,}\.[\w-]{8,}|ZXlK[\w+/]{16,}/, 'no token is printed');
  // What was begun before them may have left them nothing to do.
  if (start === 'registered' && cut.length === 0 && !isBegun)
    assert.ok(
      all.some(({ ran }) => ran.code === 0),
      `one at least ends well\n${said}`,
    );
  for (const one of all) {
    const { name, ran } = one;
    if (cut.includes(one)) continue;
    if (ran.code !== 0) {
      assert.match(ran.stderr, /^error: .{10,}\nfix: {3}.{5,}$/m, said);
      assert.ok(ran.code === 2 || ran.code === 3 || ran.code === 4, said);
      continue;
    }
    const undone = all.some(
      other => other !== one && (other.ran.code === 0 || cut.includes(other)) && effects[name].undoneBy.includes(other.name),
    );
    assert.ok(undone || effects[name].holds(end), `${name} has ended well, and its effect is not there\n${said}`);
  }
  return met;
};
const run = async (track: Track, { name, after, interrupted }: Runner): Promise<Ran> => {
  await sleep(after);
  const from = performance.now();
  const signal = interrupted === undefined ? undefined : AbortSignal.timeout(interrupted);
  const ran = await track.cli(['clientconfig', ...commands[name](track)], signal);
  return { name, ran, from, to: performance.now() };
};
/** From where they begin: from less than a registration too, where one of them makes something of it. */
export const startsOf = (racing: readonly Command[]): readonly [Start, ...Start[]] => {
  if (racing.includes('import')) return ['registered', 'exported'];
  return racing.includes('create') ? ['registered', 'nothing'] : ['registered'];
};
/** All of them at once, as far apart as each says. */
export const race = (
  track: Track,
  runners: readonly Runner[],
  round: number,
  meanwhile?: () => Promise<void> | undefined,
): Promise<readonly Ran[]> => {
  const starts = startsOf(runners.map(({ name }) => name));
  const how = runners.map(
    ({ name, after, interrupted }) => `${name} after ${after} ms${interrupted === undefined ? '' : ` for ${interrupted} ms`}`,
  );
  return judged(track, `round ${round}, ${how.join(', ')}`, starts[round % starts.length] ?? starts[0], async () => {
    const [met] = await Promise.all([Promise.all(runners.map(one => run(track, one))), meanwhile?.()]);
    return met;
  });
};
/** Where two meet: the one stops before its n-th write until the other has come to its own m-th, which waits for the end of the one. */
export interface Meeting {
  readonly write: number;
  readonly until: number;
  /** who gets Ctrl-C at that write, and waits no longer */
  readonly interrupted?: User;
  /** what was killed before them, after its n-th write */
  readonly killed?: { readonly name: Command; readonly after: number };
}
/** What there was of a meeting: not so many writes of the one, or not so many of the other. */
export type Had = 'all' | 'nothing killed' | 'too few writes of the one' | 'too few writes of the other';
export const interleave = async (track: Halting, one: Command, other: Command, meeting: Meeting, start: Start): Promise<Had> => {
  const { write, until, interrupted, killed } = meeting;
  let had: Had = 'too few writes of the one';
  const how = `${one} from its write ${write} on, in the middle of ${other} from its write ${until} on, ${JSON.stringify({ interrupted, killed })}`;
  await judged(
    track,
    how,
    start,
    async () => {
      const before = killed === undefined ? undefined : await track.kill(['clientconfig', ...commands[killed.name](track)], killed.after);
      if (before === false) had = 'nothing killed';
      if (before === false) return [];
      const [outer, inner] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const ctrlC = new AbortController();
      const runs: Promise<Ran>[] = [];
      const begin = (name: Command, user: User): Promise<Ran> => {
        const cli = track.as(user);
        return run({ ...track, cli: args => cli(args, user === interrupted ? ctrlC.signal : undefined) }, { name, after: 0 });
      };
      const press = (user: User): boolean => {
        if (user === interrupted) ctrlC.abort(new Error('interrupted'));
        return user === interrupted;
      };
      beforeWrite(track, 'one', write, async () => {
        had = 'too few writes of the other';
        const running = begin(other, 'other');
        runs.push(running);
        await Promise.race([running, inner.promise]);
        press('one');
      });
      beforeWrite(track, 'other', until, async () => {
        had = 'all';
        const pressed = press('other');
        inner.resolve();
        if (!pressed) await outer.promise;
      });
      const first = await begin(one, 'one');
      outer.resolve();
      // Whoever may not begin at what was begun has no writes; the other finishes it all the same.
      if (killed !== undefined && runs.length === 0) runs.push(begin(other, 'other'));
      const ran = [first, ...(await Promise.all(runs))];
      track.release();
      return ran;
    },
    killed !== undefined,
  );
  return had;
};
/** All the meetings of two: before each write of the one the whole of the other, or of it each beginning that ends before a write. How many there were. */
export const interleaveAll = async (
  track: Halting,
  [one, other]: Pair,
  start: Start,
  more: Pick<Meeting, 'interrupted' | 'killed'> & { readonly whole?: boolean } = {},
): Promise<number> => {
  const { whole = false, ...meeting } = more;
  let meetings = 0;
  for (let write = 1; ; write++) {
    for (let until = whole ? Number.POSITIVE_INFINITY : 1; ; until++) {
      const had = await interleave(track, one, other, { write, until, ...meeting }, start);
      if (had === 'nothing killed' || had === 'too few writes of the one') return meetings;
      meetings++;
      if (had === 'too few writes of the other') break;
    }
  }
};
export type User = 'one' | 'other';
/** A track that two users are at, whose every call can be held up. */
export interface Halting extends Track {
  readonly as: (user: User) => Track['cli'];
  /** asked before each call, which waits for it; nobody's, where a stored credential is shown */
  readonly onCall: (gate: (user: User | undefined, call: Pick<Asked, 'method' | 'path'>) => Promise<unknown> | undefined) => void;
  /** Holds up nothing any more. */
  readonly release: () => void;
  /** Kills a command after its n-th write; false when it has not so many. */
  readonly kill: (args: readonly string[], write: number) => Promise<boolean>;
}
export const isWrite = ({ method, path }: Pick<Asked, 'method' | 'path'>): boolean => method !== 'GET' && !/reviews$|\/token$/.test(path);
const beforeWrite = ({ onCall }: Halting, user: User, write: number, then: () => Promise<unknown>): void => {
  let seen = 0;
  onCall((who, call) => (who === user && isWrite(call) && ++seen === write ? then() : undefined));
};

/** When a turn ends: before the call after so many, or before the first call of such a kind. */
export type Turn = number | ((call: Pick<Asked, 'method' | 'path'>) => boolean);
/** Both in turns, the first of them the one's; after the last turn who has it goes on to the end. */
export const takeTurns = async (track: Halting, [one, other]: Pair, turns: readonly Turn[], start: Start): Promise<readonly Ran[]> =>
  judged(track, `${one} and ${other} in turns of ${turns.join(', ')}`, start, async () => {
    const left = [...turns];
    const done = new Set<User>();
    let turn: User = 'one';
    let calls = 0;
    let ends = left.shift() ?? Number.POSITIVE_INFINITY;
    const isOver = (call: Pick<Asked, 'method' | 'path'>): boolean => (typeof ends === 'number' ? calls >= ends : ends(call));
    let next = Promise.withResolvers<void>();
    const pass = (): void => {
      turn = turn === 'one' ? 'other' : 'one';
      calls = 0;
      ends = left.shift() ?? Number.POSITIVE_INFINITY;
      next.resolve();
      next = Promise.withResolvers();
    };
    track.onCall(async (user, call) => {
      if (user === undefined) return;
      if (turn === user && done.size === 0 && isOver(call)) pass();
      while (turn !== user && done.size === 0) await next.promise;
      calls++;
    });
    const ran = await Promise.all(
      (
        [
          ['one', one],
          ['other', other],
        ] as const
      ).map(async ([user, name]) => {
        const end = await run({ ...track, cli: track.as(user) }, { name, after: 0 });
        done.add(user);
        next.resolve();
        return end;
      }),
    );
    track.release();
    return ran;
  });

export const isOurs = ({ metadata }: Stored): boolean => metadata.labels?.['app.kubernetes.io/managed-by'] === 'kubectl-k8ssandra';
/** The token of a Secret that holds one. */
export const liveIn = (secret: Stored): readonly Live[] => tokenIn(secret).map(token => ({ secret: secret.metadata.name, token }));
export const tokenIn = (secret: Pick<Stored, string>): readonly string[] => {
  const { token } = record(secret['data']);
  return typeof token === 'string' ? [Buffer.from(token, 'base64').toString()] : [];
};
export const withKubeconfig = (secrets: readonly Stored[]): readonly Stored[] =>
  secrets.filter(secret => record(secret['data'])['kubeconfig'] !== undefined);
