import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { ApiServer, ApiServerOptions } from './api/server.ts';
import { ownHost } from './host.ts';
import { type OperatorStandIn, startOperator } from './operator/stand-in.ts';
import { namespace, startWorld } from './world.ts';

export interface Sandbox {
  /** of mode 0600, in a folder that has `manifests/` and `bin/` too */
  readonly kubeconfig: string;
  readonly folder: string;
  /** to be put first on PATH: the plugin, and kubectl where there is none */
  readonly bin: string;
  /** whether the data planes have an address that `clientconfig create` takes without `--allow loopback` */
  readonly reachable: boolean;
  readonly operator: OperatorStandIn;
  readonly server: (name: string) => ApiServer;
  readonly stop: () => Promise<void>;
}
const dataPlanes = ['east', 'west', 'north'] as const;

/** A control plane `cp` with a running operator and a K8ssandraCluster `demo` that wants the context `east`, and three data planes. */
export const startSandbox = async (): Promise<Sandbox> => {
  const host = await ownHost();
  const common: ApiServerOptions = host === undefined ? {} : { host };
  let operator: OperatorStandIn | undefined;
  const webhook = (): readonly string[] | 'down' => operator?.webhook() ?? 'down';
  const others = Object.fromEntries(dataPlanes.map(name => [name, common]));
  const world = await startWorld(dataPlanes, { ...others, cp: { ...common, webhook } });
  const server = (name: string): ApiServer => {
    const found = world.servers[name];
    if (found === undefined) throw new Error(`no server ${name}`);
    return found;
  };
  for (const one of Object.values(world.servers)) equip(one);
  const demo = cluster('demo', ['east']);
  server('cp').put('k8ssandra.io', 'k8ssandraclusters', { ...demo, status: { error: 'None' } });
  operator = await startOperator({
    ask: server('cp').ask,
    deployment: { namespace, name: 'k8ssandra-operator' },
    pollMs: 100,
    restartMs: 1000,
    dials: true,
    pod: true,
  });
  // What a repository might hold, with one thing forgotten in it: the ClientConfig of east.
  mkdirSync(join(world.folder, 'manifests'));
  writeFileSync(join(world.folder, 'manifests/demo.yaml'), stringify(demo));
  writeFileSync(join(world.folder, 'manifests/west.yaml'), stringify(clientConfig('west')));
  const started = operator;
  return {
    kubeconfig: world.kubeconfig,
    folder: world.folder,
    bin: installPrograms(join(world.folder, 'bin')),
    reachable: host !== undefined,
    operator: started,
    server,
    stop: async () => {
      await started.stop();
      await world.stop();
    },
  };
};

/** What a datacenter needs of a cluster: cass-operator and a class for its volumes. */
export const equip = (server: Pick<ApiServer, 'put'>): void => {
  const labels = { 'app.kubernetes.io/name': 'cass-operator' };
  const env = [{ name: 'WATCH_NAMESPACE', value: namespace }];
  const containers = [{ name: 'manager', image: 'docker.io/k8ssandra/cass-operator:v1.31.0', env }];
  server.put('apps', 'deployments', {
    metadata: { namespace, name: 'cass-operator', labels },
    spec: { replicas: 1, template: { metadata: { labels }, spec: { containers } } },
    status: { readyReplicas: 1, conditions: [{ type: 'Available', status: 'True' }] },
  });
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  server.put('storage.k8s.io', 'storageclasses', { metadata: { name: 'standard', annotations }, provisioner: 'example.com/local' });
};
/** A K8ssandraCluster with a datacenter in each of the contexts. */
export const cluster = (name: string, contexts: readonly string[]) => ({
  apiVersion: 'k8ssandra.io/v1alpha1',
  kind: 'K8ssandraCluster',
  metadata: { namespace, name },
  spec: {
    cassandra: {
      serverVersion: '4.1.5',
      storageConfig: { cassandraDataVolumeClaimSpec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } } },
      datacenters: contexts.map((k8sContext, index) => ({ metadata: { name: `dc${index + 1}` }, k8sContext, size: 3 })),
    },
  },
});

const clientConfig = (name: string) => ({
  apiVersion: 'config.k8ssandra.io/v1beta1',
  kind: 'ClientConfig',
  metadata: { namespace, name },
  spec: { contextName: name, kubeConfigSecret: { name: `${name}-config` } },
});

/** `kubectl k8ssandra` for a shell: the packaged binary that K8SSANDRA_BINARY names, else the bundle of this checkout. */
const installPrograms = (bin: string): string => {
  mkdirSync(bin);
  const own = process.env['K8SSANDRA_BINARY'];
  const bundle = resolve(import.meta.dirname, '../dist/kubectl-k8ssandra.cjs');
  const plugin = own === undefined ? `"${process.execPath}" "${bundle}"` : `"${resolve(own)}"`;
  const script = (name: string, ...lines: string[]): void => {
    writeFileSync(join(bin, name), ['#!/bin/sh', ...lines, ''].join('\n'));
    chmodSync(join(bin, name), 0o755);
  };
  script('kubectl-k8ssandra', `exec ${plugin} "$@"`);
  if (spawnSync('sh', ['-c', 'command -v kubectl']).status !== 0)
    script(
      'kubectl',
      '# kubectl is not on PATH: this runs its plugin as it would, and nothing else.',
      `if [ "$1" = k8ssandra ]; then shift; exec ${plugin} "$@"; fi`,
      'echo "error: kubectl is not installed; only kubectl k8ssandra works here" >&2',
      'exit 1',
    );
  return bin;
};
