import { generateKeyPair, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { onEndOfProcess } from '../ending.ts';
import { temporaryFolder } from '../folder.ts';
import { findPrograms } from './binary.ts';
import { call } from './call.ts';
import type { Cluster } from './cluster.ts';
import { end, type Running, type Start, starter } from './parts.ts';
import { until } from './until.ts';

export interface Clusters {
  readonly byName: Readonly<Record<string, Cluster>>;
  /** path of a file with one context per cluster */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}
type Log = (line: string) => void;

/** Starts one cluster per name, all at once; each answers, and its controllers work, when this returns. */
export const startClusters = async (names: readonly string[], log: Log = () => {}): Promise<Clusters> => {
  const programs = await findPrograms(process.env, log);
  const folder = temporaryFolder('clusters');
  const running = new Set<Running>();
  const start = starter(programs, running);
  const unhook = onEndOfProcess(() => {
    for (const { child } of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  });
  const stop = async () => {
    await Promise.all([...running].map(end));
    await rm(folder, { recursive: true, force: true });
    unhook();
  };
  try {
    const ports = await freePorts(names.length * 3);
    const started = await Promise.all(
      names.map((name, index) => startCluster(name, join(folder, name), ports.slice(index * 3, index * 3 + 3), start, log)),
    );
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, adminKubeconfig(started), { mode: 0o600 });
    return { byName: Object.fromEntries(started.map(cluster => [cluster.name, cluster])), kubeconfig, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const startCluster = async (name: string, folder: string, ports: readonly number[], start: Start, log: Log): Promise<Cluster> => {
  const [apiPort, etcdPort, peerPort] = ports;
  const server = `https://127.0.0.1:${apiPort}`;
  const etcd = `http://127.0.0.1:${etcdPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const file = (base: string) => join(folder, base);
  await mkdir(folder, { mode: 0o700 });
  const adminToken = randomBytes(24).toString('hex');
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const keep = (base: string, text: string) => writeFile(file(base), text, { mode: 0o600 });
  await Promise.all([
    keep('tokens.csv', `${adminToken},admin,admin,system:masters\n`),
    keep('sa.pub', publicKey),
    keep('sa.key', privateKey),
  ]);

  await start('etcd', file('etcd.log'), [
    `--data-dir=${file('etcd')}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ]);
  const startApiServer = () =>
    start('kube-apiserver', file('kube-apiserver.log'), [
      `--etcd-servers=${etcd}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${apiPort}`,
      // No certificate is given, so the server makes itself one for 127.0.0.1 and localhost, with a CA of its own.
      `--cert-dir=${file('certificates')}`,
      '--endpoint-reconciler-type=none',
      '--service-cluster-ip-range=10.96.0.0/16',
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-key-file=${file('sa.pub')}`,
      `--service-account-signing-key-file=${file('sa.key')}`,
      `--token-auth-file=${file('tokens.csv')}`,
      '--authorization-mode=RBAC',
      '--disable-admission-plugins=ServiceAccount',
    ]);
  let apiServer = await startApiServer();
  const caPem = await until(`${name} has a certificate`, () => selfSigned(file('certificates')), apiServer);
  const kubeconfig = file('kubeconfig');
  const access = { name, server, caPem, adminToken };
  await Promise.all([keep('ca.crt', caPem), keep('kubeconfig', adminKubeconfig([access]))]);
  const asAdmin = (path: string) => call(access, { token: adminToken, path }).catch(() => undefined);
  const answers = () => until(`${name} answers`, async () => (await asAdmin('/readyz'))?.status === 200, apiServer);
  await answers();

  const controllers = await start('kube-controller-manager', file('kube-controller-manager.log'), [
    `--kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
    '--secure-port=0',
    `--root-ca-file=${file('ca.crt')}`,
    `--service-account-private-key-file=${file('sa.key')}`,
    `--controllers=${controllerNames.join(',')}`,
  ]);
  const published = async () => (await asAdmin('/api/v1/namespaces/default/configmaps/kube-root-ca.crt'))?.status === 200;
  await until(`the controllers of ${name} work`, published, controllers);
  log(`${name} answers at ${server}`);

  return {
    ...access,
    kubeconfig,
    request: (method, path, body, contentType) =>
      call(access, { token: adminToken, method, path, body, ...(contentType === undefined ? {} : { contentType }) }),
    kill: () => end(apiServer),
    revive: async () => {
      await end(apiServer);
      apiServer = await startApiServer();
      await answers();
    },
  };
};

const controllerNames = [
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'legacy-serviceaccount-token-cleaner-controller',
  'root-ca-certificate-publisher-controller',
];

/** The CA that the API server made, which it writes after its own certificate. */
const selfSigned = async (folder: string): Promise<string | undefined> => {
  const text = await readFile(join(folder, 'apiserver.crt'), 'utf8').catch(() => '');
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g)?.[1];
};

const adminKubeconfig = (clusters: readonly Pick<Cluster, 'name' | 'server' | 'caPem' | 'adminToken'>[]): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': clusters[0]?.name ?? '',
    clusters: clusters.map(({ name, server, caPem }) => ({
      name,
      cluster: { server, 'certificate-authority-data': Buffer.from(caPem).toString('base64') },
    })),
    users: clusters.map(({ name, adminToken }) => ({ name: `${name}-admin`, user: { token: adminToken } })),
    contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: `${name}-admin` } })),
  });

/** Ports below the range that outgoing connections take theirs from, so that a revived server finds its port free. */
const freePorts = async (count: number): Promise<readonly number[]> => {
  const held = new Map<number, ReturnType<typeof createServer>>();
  while (held.size < count) {
    const port = randomInt(20_000, 30_000);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening').then(
      () => held.set(port, server),
      () => undefined,
    );
  }
  await Promise.all([...held.values()].map(server => promisify(server.close.bind(server))()));
  return [...held.keys()];
};
