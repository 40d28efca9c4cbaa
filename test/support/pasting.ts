import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { record } from '../../sandbox/api/json.ts';
import type { ApiServer } from '../../sandbox/api/server.ts';
import type { Stored } from '../../sandbox/api/store.ts';
import type { Host } from '../../sandbox/api/tls.ts';
import { type Authority, makeAuthority } from '../../sandbox/certificates.ts';
import { ownHost } from '../../sandbox/host.ts';
import { type OperatorStandIn, startOperator } from '../../sandbox/operator/stand-in.ts';
import { cluster, equip } from '../../sandbox/sandbox.ts';
import { namespace, startWorld } from '../../sandbox/world.ts';
import { runInProcess } from './in-process.ts';
import { serverOf } from './registered.ts';
import type { Run } from './run.ts';
import { startTerminal } from './terminal.ts';

/** A finding as `contexts check -o json` tells it. */
export interface Told {
  readonly code: string;
  readonly contexts: readonly string[];
  readonly message: string;
  readonly fixes: readonly string[];
  readonly do: readonly string[];
}
export interface Kubeconfig {
  clusters: { name: string; cluster: Record<string, unknown> }[];
  users: { name: string; user: Record<string, unknown> }[];
  contexts: { name: string; context: { cluster: string; user: string } }[];
}
/**
 * A control plane `cp` with a running operator and a K8ssandraCluster `demo` in the registered data planes `east` and `west`, and a data plane
 * `north` that nobody has registered; a user who is admin in each.
 */
export interface Pasting {
  readonly folder: string;
  /** which has signed what east serves */
  readonly authority: Authority;
  /** how the servers are called and where they listen */
  readonly host: { readonly host?: Host };
  readonly server: (name: string) => ApiServer;
  readonly findings: (...flags: readonly string[]) => Promise<readonly Told[]>;
  /** Runs a line in a shell of a terminal, as who has pasted it there, and says yes to whatever it asks. */
  readonly paste: (line: string) => Promise<Run>;
  readonly cli: (...args: readonly string[]) => Promise<Run>;
  readonly config: (name: string) => Stored;
  readonly kubeconfig: (name: string) => Kubeconfig;
  readonly secret: (name: string) => Stored;
  /** Changes an object of the control plane as it is stored. */
  readonly change: (group: string, plural: string, name: string, change: (object: Stored) => Stored) => void;
  /** Changes what is stored of a data plane, and what is noted beside it. */
  readonly store: (name: string, change: (kubeconfig: Kubeconfig) => object, notes?: Readonly<Record<string, string>>) => void;
  /** Lets the operator see nothing of ClientConfigs and Secrets until its Deployment gets another pod. */
  readonly blindfold: () => void;
  /** Lets the webhook know nothing of a context until then. */
  readonly forget: (context: string) => void;
  /** Is done at the next reset. */
  readonly later: (end: () => unknown) => void;
  readonly reset: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** As it lies in a Secret. */
export const encoded = (kubeconfig: object): string => Buffer.from(stringify(kubeconfig, { lineWidth: 0 })).toString('base64');
const kubeconfigIn = (secret: Stored): Kubeconfig =>
  parse(Buffer.from(String(record(secret['data'])['kubeconfig']), 'base64').toString()) as Kubeconfig;

export const startPasting = async (): Promise<Pasting> => {
  const host = await ownHost();
  const common = host === undefined ? {} : { host };
  let operator: OperatorStandIn | undefined;
  const blind = { template: undefined as string | undefined, forgotten: undefined as string | undefined };
  const webhook = (): readonly string[] | 'down' => {
    const known = operator?.webhook() ?? 'down';
    return known === 'down' ? known : known.filter(one => one !== blind.forgotten);
  };
  const authority = await makeAuthority();
  const dataPlanes = ['east', 'west', 'north'];
  const world = await startWorld(dataPlanes, {
    ...Object.fromEntries(dataPlanes.map(name => [name, common])),
    cp: { ...common, webhook },
    east: { ...common, authority },
  });
  const server = (name: string): ApiServer => serverOf(world, name);
  for (const one of Object.values(world.servers)) equip(one);
  const flags = ['--kubeconfig', world.kubeconfig, '--request-timeout', '3s'];
  const cli = (...args: readonly string[]): Promise<Run> => runInProcess([...args, ...flags]);
  const created = await cli(
    'clientconfig',
    'create',
    '--yes',
    '--from-context',
    'east,west',
    ...(host === undefined ? ['--allow', 'loopback'] : []),
  );
  assert.equal(created.code, 0, created.stderr);
  server('cp').put('k8ssandra.io', 'k8ssandraclusters', { ...cluster('demo', ['east', 'west']), status: { error: 'None' } });
  const ends: (() => unknown)[] = [];
  const ask: ApiServer['ask'] = async (method, path, body, type) => {
    const answer = await server('cp').ask(method, path, body, type);
    if (path.includes('/deployments/') && method === 'GET' && blind.template !== undefined) {
      if (templateOf(answer.body) !== blind.template) Object.assign(blind, { template: undefined, forgotten: undefined });
    }
    if (blind.template !== undefined && blind.forgotten === undefined && /clientconfigs|secrets/.test(path)) throw new Error('blindfolded');
    return answer;
  };
  const deployment = { namespace, name: 'k8ssandra-operator' };
  const start = (): Promise<OperatorStandIn> => startOperator({ ask, deployment, pollMs: 15, restartMs: 20, pod: true });
  operator = await start();
  const restores = Object.values(world.servers).map(one => one.snapshot());
  const paste = await startTerminal(world.folder);
  const change: Pasting['change'] = (group, plural, name, by) => {
    const object = server('cp').get(group, plural, namespace, name);
    assert.ok(object, `${plural} ${name}`);
    server('cp').put(group, plural, by(object));
  };
  const get = (group: string, plural: string, name: string): Stored => {
    const object = server('cp').get(group, plural, namespace, name);
    assert.ok(object, `${plural} ${name}`);
    return object;
  };
  const template = (): string => templateOf(server('cp').get('apps', 'deployments', namespace, 'k8ssandra-operator'));
  return {
    folder: world.folder,
    authority,
    host: common,
    server,
    cli,
    config: name => get('config.k8ssandra.io', 'clientconfigs', name),
    secret: name => get('', 'secrets', `${name}-config`),
    kubeconfig: name => kubeconfigIn(get('', 'secrets', `${name}-config`)),
    change,
    findings: async (...more) => {
      const ran = await cli('contexts', 'check', '-o', 'json', ...more);
      assert.notEqual(ran.stdout, '', ran.stderr);
      return (JSON.parse(ran.stdout) as { findings: (Told & { suppressed: boolean })[] }).findings.filter(one => !one.suppressed);
    },
    store: (name, by, notes = {}) =>
      change('', 'secrets', `${name}-config`, secret => {
        const annotations = { ...secret.metadata.annotations, ...notes };
        return { ...secret, metadata: { ...secret.metadata, annotations }, data: { kubeconfig: encoded(by(kubeconfigIn(secret))) } };
      }),
    blindfold: () => {
      blind.template = template();
    },
    forget: context => Object.assign(blind, { template: template(), forgotten: context }),
    later: end => void ends.push(end),
    paste,
    reset: async () => {
      await operator?.stop();
      for (const end of ends.splice(0)) await end();
      Object.assign(blind, { template: undefined, forgotten: undefined });
      for (const one of Object.values(world.servers)) {
        one.clearFaults();
        one.alter(undefined);
      }
      for (const restore of restores) restore();
      for (const { metadata } of server('cp').list('', 'pods')) server('cp').remove('', 'pods', namespace, metadata.name);
      operator = await start();
    },
    stop: async () => {
      for (const end of ends.splice(0)) await end();
      await operator?.stop();
      await world.stop();
    },
  };
};
const templateOf = (deployment: unknown): string => JSON.stringify(record(record(record(deployment)['spec'])['template']));

/** Looks again until what is found fits, a hundred times at most; the last that was found. */
export const until = async (look: () => Promise<readonly Told[]>, fits: (found: readonly Told[]) => boolean): Promise<readonly Told[]> => {
  for (let turn = 0; ; turn++) {
    const found = await look();
    if (fits(found) || turn === 100) return found;
    await sleep(40);
  }
};
