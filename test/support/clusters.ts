import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPair, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { findPrograms, type Part, type Programs } from '../clusters/binary.ts';
import { crds } from '../clusters/crds.ts';
import { onEndOfProcess } from '../clusters/ending.ts';
import { type Manifest, type OperatorOptions, operatorManifests } from '../clusters/operator.ts';

/** A Kubernetes API server of its own, with its etcd and its controller manager. */
export interface Cluster {
  readonly name: string;
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  readonly caPem: string;
  /** path of a file with one admin context, named like the cluster */
  readonly kubeconfig: string;
  readonly adminToken: string;
  /** A JSON call as admin. */
  request(method: string, path: string, body?: unknown, contentType?: string): Promise<Answer>;
  /** Stops the API server alone. */
  kill(): Promise<void>;
  /** Starts the API server again, on the same port and with the same data. */
  revive(): Promise<void>;
}
export interface Clusters {
  readonly byName: Readonly<Record<string, Cluster>>;
  /** path of a file with one context per cluster */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}
type Log = (line: string) => void;

const startupDeadline = 120_000;

/** Starts one cluster per name, all at once; each answers, and its controllers work, when this returns. */
export const startClusters = async (names: readonly string[], log: Log = () => {}): Promise<Clusters> => {
  const programs = await findPrograms(process.env, log);
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-k8ssandra-clusters-'));
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

/** Installs the custom resource definitions of K8ssandra, but for those named in `except` (`stargates`, or with their group); they are served when this returns. */
export const installCrds = async (cluster: Cluster, except: readonly string[] = []): Promise<void> => {
  const wanted = crds.filter(({ metadata, spec }) => !except.includes(metadata.name) && !except.includes(spec.names.plural));
  await Promise.all(wanted.map(crd => apply(cluster, crd)));
  const paths = wanted.flatMap(({ spec }) =>
    spec.versions.map(version => [`/apis/${spec.group}/${version.name}`, spec.names.plural] as const),
  );
  await Promise.all(paths.map(([path, plural]) => until(`${cluster.name} serves ${plural}`, () => serves(cluster, path, plural))));
};

const serves = async (cluster: Cluster, path: string, plural: string): Promise<boolean> => {
  const aggregated = await call(cluster, { token: cluster.adminToken, path: '/apis', accept: aggregatedDiscovery });
  const discovered = await cluster.request('GET', path);
  const listed = await cluster.request('GET', `${path}/${plural}?limit=1`);
  const named = [JSON.stringify(aggregated.body), JSON.stringify(discovered.body)];
  return listed.status === 200 && discovered.status === 200 && named.every(text => text.includes(`"${plural}"`));
};
const aggregatedDiscovery = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Installs what the operator's Helm chart does, and says of its Deployment what a running one would show. */
export const installOperator = async (cluster: Cluster, options: OperatorOptions): Promise<void> => {
  const manifests = operatorManifests(options);
  for (const manifest of manifests) await apply(cluster, manifest);
  for (const manifest of manifests.filter(({ kind }) => kind === 'Deployment')) await markAvailable(cluster, manifest);
};

/** Fills in the status that no Deployment controller is there to write. */
const markAvailable = async (cluster: Cluster, deployment: Manifest): Promise<void> => {
  const condition = (type: string, reason: string) => ({
    type,
    status: 'True',
    reason,
    message: '',
    lastUpdateTime: now,
    lastTransitionTime: now,
  });
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const conditions = [condition('Available', 'MinimumReplicasAvailable'), condition('Progressing', 'NewReplicaSetAvailable')];
  const status = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, conditions };
  const answer = await cluster.request('PATCH', `${pathOf(deployment)}/status`, { status }, 'application/merge-patch+json');
  if (answer.status !== 200) throw new Error(`${cluster.name}: status of the operator: ${answer.status} ${statusMessage(answer)}`);
};

/** Creates or updates an object, as `kubectl apply --server-side` does. */
const apply = async (cluster: Cluster, manifest: Manifest): Promise<void> => {
  const answer = await cluster.request(
    'PATCH',
    `${pathOf(manifest)}?fieldManager=helm&force=true`,
    manifest,
    'application/apply-patch+yaml',
  );
  if (answer.status !== 200 && answer.status !== 201) {
    throw new Error(`${cluster.name}: ${manifest.kind} ${manifest.metadata.name}: ${answer.status} ${statusMessage(answer)}`);
  }
};
const pathOf = ({ apiVersion, kind, metadata: { name, namespace } }: Manifest): string =>
  [
    apiVersion.includes('/') ? '/apis' : '/api',
    apiVersion,
    ...(namespace === undefined ? [] : ['namespaces', namespace]),
    `${kind.toLowerCase()}s`,
    name,
  ].join('/');
const statusMessage = ({ body }: Answer): string => String((body as { message?: unknown } | undefined)?.message ?? '');

/** One JSON call, over a connection of its own, so that a revived server never meets a dead one; without a token it is anonymous. */
export const call = async (
  { server, caPem }: Pick<Cluster, 'server' | 'caPem'>,
  to: { token?: string; method?: string; path: string; body?: unknown; contentType?: string; accept?: string },
): Promise<Answer> => {
  const { token, method = 'GET', path, body, contentType = 'application/json', accept = 'application/json' } = to;
  const headers = {
    accept,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': contentType }),
  };
  const request = httpsRequest(new URL(path, server), { method, headers, ca: caPem, agent: false, timeout: 30_000 });
  // A failure after the answer began is the answer's own error; it must not end the process as well.
  request.on('error', () => {});
  request.on('timeout', () => request.destroy(new Error(`no answer in time: ${method} ${server}${path}`)));
  request.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = await once(request, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const json = String(response.headers['content-type'] ?? '').includes('json');
  return { status: Number(response.statusCode), body: json ? JSON.parse(text) : text };
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

interface Running {
  readonly child: ChildProcess;
  readonly log: string;
}
type Start = (part: Part, log: string, flags: readonly string[]) => Promise<Running>;

/** Starts parts and remembers them. They have no environment: `ETCD_*` or a proxy must not change a test. */
const starter =
  (programs: Programs, running: Set<Running>): Start =>
  async (part, log, flags) => {
    const { file, args } = programs[part];
    const output = await open(log, 'a', 0o600);
    const child = spawn(file, [...args, ...flags], { env: {}, stdio: ['pipe', output.fd, output.fd] });
    const started = { child, log };
    running.add(started);
    child.once('exit', () => running.delete(started));
    try {
      await once(child, 'spawn');
    } finally {
      await output.close();
    }
    // A test that forgets to stop its clusters ends all the same, and takes them with it.
    child.unref();
    if (child.stdin instanceof Socket) child.stdin.unref();
    return started;
  };

const ended = ({ child }: Running): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
const end = async (part: Running): Promise<void> => {
  if (ended(part)) return;
  const exit = once(part.child, 'exit');
  part.child.ref();
  part.child.kill('SIGKILL');
  await exit;
};

/** Asks again until there is an answer that is neither `false` nor `undefined`, or the part it hangs on has ended. */
const until = async <T>(what: string, ask: () => Promise<T | false | undefined>, part?: Running): Promise<T> => {
  const deadline = Date.now() + startupDeadline;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== false && answer !== undefined) return answer;
    if (part !== undefined && ended(part)) break;
    await sleep(100);
  }
  const words = part === undefined ? '' : await readFile(part.log, 'utf8').catch(() => '');
  throw new Error(`waited in vain: ${what}\n${words.slice(-3000)}`);
};

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
