import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { operatorRules } from '../sandbox/api/rbac.ts';
import { type ApiServer, startApiServer } from '../sandbox/api/server.ts';
import { makeAuthority } from '../sandbox/certificates.ts';
import { goBinary } from '../sandbox/go-binary.ts';
import { installOperatorIn, namespace } from '../sandbox/world.ts';
import { managedByLabel } from '../src/kube/annotations.ts';
import { operatorSelector } from '../src/operator/control-plane.ts';
import { imageConfigLabel } from '../src/operator/image-config.ts';

/** How many, how slow, and how many of them accept and never answer. */
export interface FleetSize {
  readonly contexts: number;
  readonly clusters?: number;
  readonly hanging?: number;
  /** of each request and each handshake, as Go writes durations */
  readonly latency?: string;
}
export interface Fleet {
  readonly kubeconfig: string;
  /** the client-go program that asks the same questions as `contexts check` */
  readonly reference: readonly string[];
}

interface Question {
  readonly path: string;
  /** of a POST */
  readonly body?: unknown;
}
const webhook = `/apis/k8ssandra.io/v1alpha1/namespaces/${namespace}/k8ssandraclusters`;
const labelled = (label: string): string => `labelSelector=${encodeURIComponent(label)}`;
const operators = labelled(operatorSelector);
const groups = (...names: readonly string[]): readonly Question[] => names.map(name => ({ path: `/apis/${name}` }));
const sharedQuestions = [
  { path: '/version' },
  { path: `/api/v1/namespaces/${namespace}/secrets?${labelled(managedByLabel)}` },
  ...groups('control.k8ssandra.io/v1alpha1', 'reaper.k8ssandra.io/v1alpha1', 'stargate.k8ssandra.io/v1alpha1'),
  ...groups('cassandra.datastax.com/v1beta1'),
];
const controlPlaneQuestions: readonly Question[] = [
  ...sharedQuestions,
  ...groups('k8ssandra.io/v1alpha1', 'medusa.k8ssandra.io/v1alpha1', 'replication.k8ssandra.io/v1alpha1'),
  { path: '/api/v1/namespaces/kube-system' },
  { path: `/apis/apps/v1/deployments?${operators}` },
  { path: '/apis/replication.k8ssandra.io/v1alpha1/replicatedsecrets' },
  { path: '/apis/control.k8ssandra.io/v1alpha1/k8ssandratasks' },
  { path: `/api/v1/namespaces/${namespace}/pods?${operators}` },
  { path: `/api/v1/namespaces/${namespace}/configmaps?${labelled(imageConfigLabel)}` },
];
const review = (kind: string, group: string, spec?: unknown): Question => ({
  path: `/apis/${group}/${kind.toLowerCase()}s`,
  body: { apiVersion: group, kind, ...(spec === undefined ? {} : { spec }) },
});
const dataPlaneQuestions: readonly Question[] = [
  ...sharedQuestions,
  { path: `/apis/apps/v1/namespaces/${namespace}/deployments?${operators}` },
  review('SelfSubjectReview', 'authentication.k8s.io/v1'),
  review('SelfSubjectRulesReview', 'authorization.k8s.io/v1', { namespace }),
];

const ask = async (
  server: ApiServer,
  token: string,
  { path, body }: Question,
): Promise<{ readonly status: number; readonly body: unknown }> => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const sent = request(new URL(path, server.url), { method: body === undefined ? 'GET' : 'POST', headers, ca: server.caPem });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [reply] = await once(sent, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of reply) chunks.push(chunk);
  const status = Number(reply.statusCode);
  if (status >= 400) throw new Error(`the sandbox answers ${path} with ${status}`);
  return { status, body: JSON.parse(Buffer.concat(chunks).toString()) };
};
/** What one server of the sandbox answers to every question of a check, under its method and path. */
const answersOf = async (server: ApiServer, token: string, questions: readonly Question[]): Promise<Record<string, unknown>> => {
  const answers: Record<string, unknown> = {};
  for (const question of questions) {
    const [path] = question.path.split('?');
    answers[`${question.body === undefined ? 'GET' : 'POST'} ${path}`] = await ask(server, token, question);
  }
  return answers;
};

/** What a data plane's operator would be known by: who reads it learns its namespace, and asks there for more. */
const tokenOfTheOperator = (): string => {
  const of = (field: string): string => `kubernetes.io/serviceaccount/${field}`;
  const claims = {
    iss: 'kubernetes/serviceaccount',
    [of('namespace')]: namespace,
    [of('secret.name')]: 'k8ssandra-operator-token',
    [of('service-account.name')]: 'k8ssandra-operator',
    [of('service-account.uid')]: '00000000-0000-0000-0000-000000000000',
    sub: `system:serviceaccount:${namespace}:k8ssandra-operator`,
  };
  return [{ alg: 'none' }, claims, 'signature'].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
};
/** The webhook of an operator that knows every context denies what it is asked, which is a cluster without storage. */
const denial = {
  status: 403,
  body: {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: 'admission webhook denied the request: storageConfig must be defined at cluster level or dc level',
    reason: 'Forbidden',
    code: 403,
  },
};

/** Writes what the sandbox's two kinds of API servers answer, for the fleet to give it many times over. */
export const recordAnswers = async (file: string): Promise<void> => {
  const token = tokenOfTheOperator();
  const authority = await makeAuthority();
  const [controlPlane, dataPlane] = [await startApiServer({ authority }), await startApiServer({ authority })];
  try {
    installOperatorIn(controlPlane, true);
    installOperatorIn(dataPlane, false);
    dataPlane.addToken(token, {
      username: `system:serviceaccount:${namespace}:k8ssandra-operator`,
      groups: ['system:serviceaccounts'],
      rules: operatorRules.map(rule => ({ ...rule, namespaces: [namespace] })),
    });
    const recorded = {
      controlPlane: { ...(await answersOf(controlPlane, controlPlane.adminToken, controlPlaneQuestions)), [`POST ${webhook}`]: denial },
      dataPlane: await answersOf(dataPlane, token, dataPlaneQuestions),
      token,
    };
    await writeFile(file, JSON.stringify(recorded), { mode: 0o600 });
  } finally {
    await Promise.all([controlPlane.stop(), dataPlane.stop()]);
  }
};

/** The Go program of both sides: the servers, and the client-go client that asks them what `contexts check` asks. */
export const fleetProgram = (): Promise<string> =>
  goBinary({ folder: join(import.meta.dirname, 'fleet'), name: 'fleet', for: 'measure a fleet' }, process.env, line => console.error(line));

/** Runs the work beside a fleet, whose servers are a process of their own so that they do not share the measured one's thread. */
export const besideFleet = async (folder: string, size: FleetSize, work: (fleet: Fleet) => Promise<void>): Promise<void> => {
  const program = await fleetProgram();
  const [answers, kubeconfig] = [join(folder, 'answers.json'), join(folder, 'fleet')];
  await recordAnswers(answers);
  const flags = Object.entries({ latency: '50ms', ...size }).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(program, ['serve', '--answers', answers, '--kubeconfig', kubeconfig, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  try {
    await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'close').then(() => {
        throw new Error('the fleet did not start');
      }),
    ]);
    await work({ kubeconfig, reference: [program, 'ask', '--kubeconfig', kubeconfig] });
  } finally {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }
  sameQuestions(told.replace('ready\n', ''));
};
/** Two clients are only compared where they have asked the same. */
const sameQuestions = (told: string): void => {
  const asked = Object.entries(JSON.parse(told) as Readonly<Record<string, unknown>>);
  const [[, first] = [], ...others] = asked;
  for (const [client, questions] of others) assert.deepEqual(questions, first, `${client} asks other questions than ${asked[0]?.[0]}`);
};
