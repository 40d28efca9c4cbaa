import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { record } from '../../sandbox/api/json.ts';
import type { Stored } from '../../sandbox/api/store.ts';
import type { Run } from './run.ts';

/** A control plane and the data plane `dp1`, in which commands race each other. */
export interface Track {
  readonly cli: (...args: readonly string[]) => Promise<Run>;
  /** dp1 is registered, by nobody else and as it always is; or it is not registered at all, and nothing is left of it */
  readonly reset: (registered: boolean) => Promise<void>;
  /** a name that its certificate is for */
  readonly tlsName: string;
  /** an export of the registration that `reset` has made */
  readonly exported: string;
  readonly clientConfigs: () => Promise<readonly Stored[]>;
  /** Secrets of the control plane's namespace that hold a kubeconfig */
  readonly secrets: () => Promise<readonly Stored[]>;
  /** tokens of ours that are good in dp1 */
  readonly tokens: () => Promise<readonly string[]>;
}
export const commands = {
  create: () => ['create', '--yes', '--from-context', 'dp1', '--allow', 'loopback'],
  rotate: () => ['rotate', 'dp1', '--yes', '--timeout', '30s'],
  delete: () => ['delete', 'dp1', '--yes'],
  update: ({ tlsName }: Track) => ['update', '--yes', 'dp1', '--tls-server-name', tlsName],
  rename: () => ['rename', '--yes', 'dp1', 'east'],
  import: ({ exported }: Track) => ['import', '--yes', '-f', exported, '--overwrite'],
} as const;
export type Command = keyof typeof commands;
const names = Object.keys(commands) as Command[];
export const pairs: readonly (readonly [Command, Command])[] = names.flatMap((one, at) =>
  names.slice(at).map(other => [one, other] as const),
);

/** What a command that has ended well has brought about, and the commands that may have undone it since. */
const effects: Readonly<Record<Command, { readonly holds: (end: End) => boolean; readonly undoneBy: readonly Command[] }>> = {
  create: { holds: ({ config }) => config !== undefined, undoneBy: ['delete'] },
  import: { holds: ({ config }) => config !== undefined, undoneBy: ['delete'] },
  delete: { holds: ({ config }) => config === undefined, undoneBy: ['create', 'import'] },
  rotate: { holds: ({ token, first }) => token !== undefined && token !== first, undoneBy: ['delete'] },
  update: { holds: ({ tlsServerName }) => tlsServerName !== undefined, undoneBy: ['delete', 'import'] },
  rename: { holds: ({ context }) => context === 'east', undoneBy: ['delete', 'import'] },
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

const endOf = async ({ clientConfigs, secrets }: Track, first: string | undefined, said: string): Promise<End> => {
  const [configs, all] = [await clientConfigs(), await secrets()];
  assert.ok(configs.length < 2, `one ClientConfig at most\n${said}`);
  const [config] = configs;
  if (config === undefined) {
    assert.deepEqual(
      all.map(({ metadata }) => metadata.name),
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

type Ran = readonly { readonly name: Command; readonly ran: Run }[];
/** Both commands in a way that has them meet: the end is whole, what was said is true, and whoever has lost says why. */
const judged = async (track: Track, how: string, registered: boolean, meet: () => Promise<Ran>): Promise<void> => {
  await track.reset(registered);
  const first = registered ? (await endOf(track, undefined, 'before')).token : undefined;
  const both = await meet();
  const said = `${how}, ${registered ? '' : 'not '}registered\n${both.map(({ name, ran }) => `${name}: ${text(ran)}`).join('---\n')}`;
  const end = await endOf(track, first, said);
  assert.deepEqual(await track.tokens(), end.token === undefined ? [] : [end.token], `one live token, the stored one\n${said}`);
  if (registered)
    assert.ok(
      both.some(({ ran }) => ran.code === 0),
      `one at least ends well\n${said}`,
    );
  for (const [index, { name, ran }] of both.entries()) {
    if (ran.code !== 0) {
      assert.match(ran.stderr, /^error: .{10,}\nfix: {3}.{5,}$/m, said);
      assert.ok(ran.code === 2 || ran.code === 3 || ran.code === 4, said);
      continue;
    }
    const rival = both[1 - index];
    const undone = rival?.ran.code === 0 && effects[name].undoneBy.includes(rival.name);
    assert.ok(undone || effects[name].holds(end), `${name} has ended well, and its effect is not there\n${said}`);
  }
};
const run = async (track: Track, name: Command): Promise<Ran[number]> => ({
  name,
  ran: await track.cli('clientconfig', ...commands[name](track)),
});
const makes: readonly Command[] = ['create', 'import'];
/** Both at once, a moment apart, now the one first and now the other. */
export const race = (track: Track, one: Command, other: Command, round: number, apartMs: number): Promise<void> =>
  judged(track, `round ${round}, ${apartMs} ms apart`, round % 3 !== 2 || ![one, other].some(name => makes.includes(name)), () =>
    Promise.all(
      [one, other].map(async (name, index) => {
        await new Promise(later => setTimeout(later, index === (round % 2 === 0 ? 1 : 0) ? apartMs : 0));
        return run(track, name);
      }),
    ),
  );
/** The one stops before its n-th write until the other has run from its beginning to its end; false when it has no such write. */
export const interrupt = async (track: Halting, one: Command, other: Command, write: number, registered: boolean): Promise<boolean> => {
  let met = false;
  await judged(track, `${other} before write ${write} of ${one}`, registered, async () => {
    const inner: Ran[number][] = [];
    const release = track.beforeWrite(write, async () => {
      met = true;
      inner.push(await run(track, other));
    });
    const outer = await run(track, one);
    release();
    return [outer, ...inner];
  });
  return met;
};
/** A track whose API servers can be stopped before a write. */
export interface Halting extends Track {
  readonly beforeWrite: (write: number, then: () => Promise<void>) => () => void;
}

export const isOurs = ({ metadata }: Stored): boolean => metadata.labels?.['app.kubernetes.io/managed-by'] === 'kubectl-k8ssandra';
export const tokensIn = (secrets: readonly Stored[]): readonly string[] =>
  secrets.filter(isOurs).flatMap(secret => {
    const { token } = record(secret['data']);
    return typeof token === 'string' ? [Buffer.from(token, 'base64').toString()] : [];
  });
export const withKubeconfig = (secrets: readonly Stored[]): readonly Stored[] =>
  secrets.filter(secret => record(secret['data'])['kubeconfig'] !== undefined);
