import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Reply } from '../../../sandbox/api/reply.ts';
import { type ApiServer, startApiServer } from '../../../sandbox/api/server.ts';
import type { Authority } from '../../../sandbox/certificates.ts';
import { type OperatorStandIn, startOperator } from '../../../sandbox/operator/stand-in.ts';
import { installOperatorIn, namespace } from '../../../sandbox/world.ts';
import { runInProcess } from '../in-process.ts';
import { putOperatorPod } from '../registered.ts';
import type { Run } from '../run.ts';
import type { FuzzedCommand } from './commands.ts';

/** A control plane and two data planes, of which dp1 is registered, for one command after the other. */
export interface FuzzWorld {
  /** Puts the world back to where the command begins, runs it, and gives each answer to `alter` first; the call is named as in `keyOf`. */
  readonly run: (command: FuzzedCommand, interrupted: AbortSignal, alter: (call: string, reply: Reply) => Reply) => Promise<Run>;
  /** every text that must not be printed */
  readonly credentials: () => readonly string[];
  readonly stop: () => Promise<void>;
}
const names = ['cp', 'dp1', 'dp2'] as const;

/** A call without what is drawn anew each time, so that the same call has the same name in every world. */
export const keyOf = (server: string, method: string, path: string): string =>
  `${server} ${method} ${path.replace(/-[0-9a-f]{8}(?=$|[/?])/g, '-*')}`;

/** `within` is a folder of the process, which goes with it: a worker may be ended before it has stopped its worlds. */
export const startFuzzWorld = async (authority: Authority, within: string): Promise<FuzzWorld> => {
  const servers = await Promise.all(names.map(() => startApiServer({ authority, tokenDelayMs: 0 })));
  const [cp, dp1] = servers as [ApiServer, ApiServer, ApiServer];
  for (const [index, server] of servers.entries()) installOperatorIn(server, index === 0);
  const folder = await mkdtemp(join(within, 'answers-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, adminKubeconfig(servers), { mode: 0o600 });
  const flags = ['--kubeconfig', kubeconfig, '--request-timeout', '5s'];
  const cli = async (args: readonly string[], interrupted = new AbortController().signal): Promise<Run> => {
    // The patience of a Tab is counted from the start of its process.
    const env = { KUBECTL_K8SSANDRA_COMPLETION_MS: String(Math.ceil(performance.now()) + 5000) };
    return runInProcess(args[0] === '__complete' ? args : [...args, ...flags], { env, interrupted });
  };
  const done = async (...args: readonly string[]): Promise<Run> => {
    const ran = await cli(args);
    if (ran.code !== 0) throw new Error(`${args.join(' ')}: exit ${ran.code}\n${ran.stdout}${ran.stderr}`);
    return ran;
  };
  await done('clientconfig', 'create', '--yes', '--from-context', 'dp1', '--allow', 'loopback');
  for (const server of servers) equip(server);
  const operator = (): Promise<OperatorStandIn> =>
    startOperator({ ask: cp.ask, deployment: { namespace, name: 'k8ssandra-operator' }, pollMs: 25 });
  await (await operator()).stop();
  const unused = snapshotOf(servers);
  fill(cp);
  const registered = snapshotOf(servers);

  await writeFile(join(folder, 'export.yaml'), (await done('clientconfig', 'export', '--with-secrets')).stdout, { mode: 0o600 });
  cp.remove('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1');
  cp.remove('', 'secrets', namespace, 'dp1-config');
  const exported = snapshotOf(servers);

  registered();
  // A rotation whose process has died: it has claimed the Secret, and nothing that it writes after that arrives.
  cp.fault({ method: 'PUT', path: /secrets\/dp1-config/, after: 1 }, { kind: 'status', status: 500 }, 999);
  await cli(['clientconfig', 'rotate', 'dp1', '--yes', '--timeout', '1s']);
  cp.clearFaults();
  const rotating = snapshotOf(servers);
  const restore = { unused, registered, exported, rotating };
  const words: Readonly<Record<string, string>> = {
    $localhost: dp1.url.replace('127.0.0.1', 'localhost'),
    $export: join(folder, 'export.yaml'),
    $kubeconfig: kubeconfig,
  };
  return {
    run: async (command, interrupted, alter) => {
      for (const server of servers) server.alter(undefined);
      restore[command.from]();
      const running = command.operator === true ? await operator() : undefined;
      for (const [index, server] of servers.entries())
        server.alter(({ method, path }, reply) => alter(keyOf(names[index] ?? '', method, path), reply));
      try {
        const args = command.args.map(word => words[word] ?? word);
        return await cli(args, interrupted);
      } finally {
        for (const server of servers) server.alter(undefined);
        await running?.stop();
      }
    },
    credentials: () => servers.map(({ adminToken }) => adminToken),
    stop: async () => {
      await Promise.all(servers.map(server => server.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const snapshotOf = (servers: readonly ApiServer[]): (() => void) => {
  const restores = servers.map(server => server.snapshot());
  return () => {
    for (const restore of restores) restore();
  };
};

/** What a datacenter needs of its cluster. */
const equip = (server: ApiServer): void => {
  server.put('apps', 'deployments', {
    metadata: { namespace, name: 'cass-operator', labels: { 'app.kubernetes.io/name': 'cass-operator' } },
    spec: {
      template: {
        spec: { containers: [{ name: 'manager', image: 'cass-operator:v1.31.0', env: [{ name: 'WATCH_NAMESPACE', value: namespace }] }] },
      },
    },
    status: { readyReplicas: 1 },
  });
  server.put('storage.k8s.io', 'storageclasses', {
    metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  });
};

/** Users of the context, and a pod that has ended once, so that everything has something to read. */
const fill = (cp: ApiServer): void => {
  const own = { namespace, name: 'demo' };
  const datacenter = { metadata: { name: 'dc1' }, size: 3, k8sContext: 'dp1' };
  cp.put('k8ssandra.io', 'k8ssandraclusters', {
    metadata: own,
    spec: {
      cassandra: {
        storageConfig: { cassandraDataVolumeClaimSpec: {} },
        datacenters: [datacenter, { metadata: { name: 'dc2' }, size: 1 }],
      },
    },
    status: { error: 'None', datacenters: { dc1: { contextName: 'dp1' } } },
  });
  cp.put('replication.k8ssandra.io', 'replicatedsecrets', {
    metadata: own,
    spec: { selector: { matchLabels: { a: 'b' } }, replicationTargets: [{ k8sContextName: 'dp1', namespace }] },
    status: { conditions: [{ cluster: 'dp1', type: 'Replication', status: 'True' }] },
  });
  cp.put('control.k8ssandra.io', 'k8ssandratasks', {
    metadata: own,
    spec: { cluster: { namespace, name: 'demo' }, datacenters: ['dc2'] },
  });
  putOperatorPod(
    cp,
    {
      ready: true,
      restartCount: 1,
      state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
      lastState: { terminated: { exitCode: 0, finishedAt: '2026-01-01T00:00:00Z' } },
    },
    {
      log: '2026-01-01T00:00:00.000Z\tINFO\tsetup\tClientConfig k8ssandra-operator/dp1 or secret has been modified, shutting down the operator\n',
      metrics: 'rest_client_requests_total{code="200",host="127.0.0.1:1",method="GET"} 3\n',
    },
  );
};

const adminKubeconfig = (servers: readonly ApiServer[]): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: servers.map(({ url, caPem }, index) => ({
      name: names[index],
      cluster: { server: url, 'certificate-authority-data': Buffer.from(caPem).toString('base64') },
    })),
    users: servers.map(({ adminToken }, index) => ({ name: names[index], user: { token: adminToken } })),
    contexts: names.map(name => ({ name, context: { cluster: name, user: name } })),
    'current-context': 'cp',
  });
