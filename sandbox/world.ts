import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type ApiServer, type ApiServerOptions, startApiServer } from './api/server.ts';

export const namespace = 'k8ssandra-operator';
export interface World {
  readonly servers: Readonly<Record<string, ApiServer>>;
  /** a file of mode 0600 with one admin context per server */
  readonly kubeconfig: string;
  readonly stop: () => Promise<void>;
}

/** The operator's Deployment and service account, as Helm installs them. */
export const installOperatorIn = (server: ApiServer, controlPlane: boolean, watch = namespace): void => {
  for (const name of new Set([namespace, ...watch.split(',').filter(one => one !== '')]))
    server.put('', 'namespaces', { metadata: { name } });
  server.put('', 'serviceaccounts', { metadata: { namespace, name: 'k8ssandra-operator' } });
  server.put('', 'configmaps', { metadata: { namespace, name: 'kube-root-ca.crt' }, data: { 'ca.crt': server.caPem } });
  server.put('', 'configmaps', {
    metadata: { namespace, name: 'image-config', labels: { 'k8ssandra.io/config': 'image' } },
    data: { 'image_config.yaml': '' },
  });
  const env = [
    { name: 'K8SSANDRA_CONTROL_PLANE', value: String(controlPlane) },
    {
      name: 'WATCH_NAMESPACE',
      ...(watch === namespace ? { valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } } : { value: watch }),
    },
  ];
  server.put('apps', 'deployments', {
    metadata: { namespace, name: 'k8ssandra-operator', labels: { 'control-plane': 'k8ssandra-operator' } },
    spec: {
      template: {
        spec: {
          serviceAccountName: 'k8ssandra-operator',
          containers: [{ name: 'k8ssandra-operator', image: 'docker.io/k8ssandra/k8ssandra-operator:v1.32.0', env }],
        },
      },
    },
    status: { readyReplicas: 1, conditions: [{ type: 'Available', status: 'True' }] },
  });
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
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-k8ssandra-world-'));
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
  return {
    servers,
    kubeconfig,
    stop: async () => {
      await Promise.all(Object.values(servers).map(server => server.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
};
