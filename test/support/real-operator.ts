import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issue, makeAuthority } from '../../sandbox/certificates.ts';
import type { Cluster } from '../../sandbox/clusters/cluster.ts';
import { operatorBinaries } from './operator-cells.ts';

const namespace = 'k8ssandra-operator';
const imageConfig =
  'apiVersion: config.k8ssandra.io/v1beta2\nkind: ImageConfig\nmetadata: {name: image-config}\nimages: {}\ndefaults: {registry: docker.io}\n';

/**
 * Runs the last of the binaries that K8SSANDRA_OPERATORS names (`go build .` in a checkout) against a control plane. It reads its
 * namespace from /var/run/secrets/kubernetes.io/serviceaccount/namespace, which must say k8ssandra-operator.
 */
export const realOperator = async (folder: string, controlPlane: Cluster, metrics = '127.0.0.1:0'): Promise<() => ChildProcess> => {
  const binary = operatorBinaries().at(-1);
  assert.ok(binary, 'K8SSANDRA_OPERATORS must name the binary of the real operator');
  const certificates = join(folder, 'k8s-webhook-server/serving-certs');
  mkdirSync(certificates, { recursive: true });
  const authority = await makeAuthority();
  const { cert, key } = await issue(authority);
  writeFileSync(join(folder, 'ca.crt'), authority.pem);
  writeFileSync(join(certificates, 'tls.crt'), cert);
  writeFileSync(join(certificates, 'tls.key'), key, { mode: 0o600 });
  await controlPlane.request('POST', `/api/v1/namespaces/${namespace}/configmaps`, {
    metadata: { name: 'image-config', namespace, labels: { 'k8ssandra.io/config': 'image' } },
    data: { 'image_config.yaml': imageConfig },
  });
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    TMPDIR: folder,
    KUBECONFIG: controlPlane.kubeconfig,
    K8SSANDRA_CONTROL_PLANE: 'true',
    WATCH_NAMESPACE: namespace,
    OPERATOR_NAMESPACE: namespace,
    SERVICE_ACCOUNT_NAME: 'k8ssandra-operator',
  };
  return () => spawn(binary, ['--metrics-bind-address', metrics, '--health-probe-bind-address', '127.0.0.1:0'], { env });
};

/** Starts it again whenever it ends, as the kubelet does, and keeps its exit codes and log. */
export const keepRunning = (
  start: () => ChildProcess,
): { readonly exits: readonly (number | null)[]; readonly log: () => string; readonly stop: () => Promise<void> } => {
  const exits: (number | null)[] = [];
  let log = '';
  let stopped = false;
  let child = start();
  const loop = (async (): Promise<void> => {
    for (;;) {
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (chunk: Buffer) => {
          log += chunk.toString();
        });
      const [code] = (await once(child, 'exit')) as [number | null];
      if (stopped) return;
      exits.push(code);
      child = start();
    }
  })();
  return {
    exits,
    log: () => log,
    stop: async () => {
      stopped = true;
      child.kill('SIGKILL');
      await loop;
    },
  };
};
