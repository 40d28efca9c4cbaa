import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { operatorRules } from '../sandbox/api/rbac.ts';
import { startApiServer } from '../sandbox/api/server.ts';
import { makeAuthority } from '../sandbox/certificates.ts';
import { installOperatorIn, namespace } from '../sandbox/world.ts';
import { credential } from '../src/base/credential.ts';
import { buildStored } from '../src/kube/kubeconfig/build.ts';

/** A control plane with registered data planes, in a process of its own so that it does not share the measured one's thread. */
const { values } = parseArgs({
  options: {
    contexts: { type: 'string', default: '1' },
    latency: { type: 'string', default: '50' },
    hanging: { type: 'string', default: '0' },
    clusters: { type: 'string', default: '0' },
    kubeconfig: { type: 'string', default: '' },
  },
});
const latencyMs = Number(values.latency);
const authority = await makeAuthority();
const controlPlane = await startApiServer({ authority, latencyMs });
installOperatorIn(controlPlane, true);
for (let index = 0; index < Number(values.contexts); index++) {
  const name = `dp${String(index).padStart(4, '0')}`;
  const server = await startApiServer({ authority, latencyMs });
  installOperatorIn(server, false);
  if (index < Number(values.hanging)) server.fault({ path: /./ }, { kind: 'hang' }, 1_000_000);
  const token = `token-of-${name}`;
  server.addToken(token, {
    username: `system:serviceaccount:${namespace}:k8ssandra-operator`,
    groups: ['system:serviceaccounts'],
    rules: operatorRules.map(rule => ({ ...rule, namespaces: [namespace] })),
  });
  const kubeconfig = buildStored({ contextName: name, server: server.url, caPem: server.caPem, token: credential(token) });
  controlPlane.put('', 'secrets', {
    metadata: { namespace, name: `${name}-config` },
    data: { kubeconfig: Buffer.from(kubeconfig).toString('base64') },
  });
  controlPlane.put('config.k8ssandra.io', 'clientconfigs', {
    metadata: { namespace, name },
    spec: { contextName: name, kubeConfigSecret: { name: `${name}-config` } },
  });
}
for (let index = 0; index < Number(values.clusters); index++)
  controlPlane.put('k8ssandra.io', 'k8ssandraclusters', {
    metadata: { namespace, name: `cluster-${index}` },
    spec: { cassandra: { datacenters: [{ metadata: { name: 'dc1' }, k8sContext: 'dp0000' }] } },
  });
writeFileSync(
  values.kubeconfig,
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'cp',
        cluster: { server: controlPlane.url, 'certificate-authority-data': Buffer.from(controlPlane.caPem).toString('base64') },
      },
    ],
    users: [{ name: 'cp', user: { token: controlPlane.adminToken } }],
    contexts: [{ name: 'cp', context: { cluster: 'cp', user: 'cp' } }],
    'current-context': 'cp',
  }),
  { mode: 0o600 },
);
process.once('SIGTERM', () => process.exit(0));
console.log('ready');
