import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { servedKinds } from './api/kinds.ts';
import { type ApiServer, type ApiServerOptions, startApiServer } from './api/server.ts';
import { temporaryFolder } from './folder.ts';
import { operatorManifests } from './operator/manifests.ts';

export const namespace = 'k8ssandra-operator';
export interface World {
  readonly servers: Readonly<Record<string, ApiServer>>;
  /** a file of mode 0600 with one admin context per server */
  readonly kubeconfig: string;
  /** which the kubeconfig lies in, and which goes when the world stops */
  readonly folder: string;
  /** Puts every server back to where it began, without faults: as good as a new world, and sooner. */
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
}

/** What the operator's Helm chart installs, its Deployment Available; in every namespace that it watches. */
export const installOperatorIn = (server: Pick<ApiServer, 'put' | 'caPem'>, controlPlane: boolean, watch = namespace): void => {
  for (const name of watch.split(',').filter(one => one !== '')) server.put('', 'namespaces', { metadata: { name } });
  const image = 'docker.io/k8ssandra/k8ssandra-operator:v1.32.0';
  const manifests = operatorManifests({ namespace, controlPlane, image, ...(watch === namespace ? {} : { watchNamespace: watch }) });
  for (const manifest of manifests) {
    const { kind, group, plural } = servedKinds.find(one => one.kind === manifest.kind) ?? {};
    if (group === undefined || plural === undefined) throw new Error(`the fake API server does not serve ${manifest.kind}`);
    const status = { readyReplicas: 1, conditions: [{ type: 'Available', status: 'True' }] };
    server.put(group, plural, kind === 'Deployment' ? { ...manifest, status } : { ...manifest });
  }
  for (const where of [namespace, 'kube-system'])
    server.put('', 'configmaps', { metadata: { namespace: where, name: 'kube-root-ca.crt' }, data: { 'ca.crt': server.caPem } });
};

/** A control plane `cp` and data planes, all on loopback, and the kubeconfig of a user who is admin in each. */
export const startWorld = async (
  dataPlanes: readonly string[] = ['dp1', 'dp2'],
  options: Readonly<Record<string, ApiServerOptions>> = {},
): Promise<World> => {
  const servers: Record<string, ApiServer> = {};
  for (const name of ['cp', ...dataPlanes]) {
    const server = await startApiServer(options[name]);
    installOperatorIn(server, name === 'cp');
    servers[name] = server;
  }
  const folder = temporaryFolder('world');
  const kubeconfig = join(folder, 'kubeconfig');
  const all = Object.entries(servers);
  const content = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: all.map(([name, { url, caPem }]) => ({
      name,
      cluster: { server: url, ...(url.startsWith('https') ? { 'certificate-authority-data': Buffer.from(caPem).toString('base64') } : {}) },
    })),
    users: all.map(([name, { adminToken }]) => ({ name, user: { token: adminToken } })),
    contexts: all.map(([name]) => ({ name, context: { cluster: name, user: name } })),
    'current-context': 'cp',
  });
  await writeFile(kubeconfig, content, { mode: 0o600 });
  const restores = Object.values(servers).map(server => server.snapshot());
  return {
    servers,
    kubeconfig,
    folder,
    reset: () => {
      for (const server of Object.values(servers)) server.clearFaults();
      for (const restore of restores) restore();
    },
    stop: async () => {
      await Promise.all(Object.values(servers).map(server => server.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
};
