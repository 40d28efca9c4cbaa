import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { type OperatorStandIn, startOperator } from '../sandbox/operator/stand-in.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { installOperatorIn, namespace } from '../sandbox/world.ts';
import { program } from '../src/commands/index.ts';
import { callsIn, isExample } from './support/documents.ts';
import { type Run, run } from './support/run.ts';

const docs = resolve(import.meta.dirname, '../docs');
/** Pages with commands to follow; the reference is generated, and the pages of codes are about clusters that are broken. */
const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.md') && !/^(KC\d+|commands|cures|compared|completion)\.md$/.test(name))
  .sort();
/** Contexts of the documents' own clusters, by the cluster of the sandbox that stands for them. */
const aliases: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['eks-west', 'aks-west', 'gke-west', 'gke_my-project_europe-west3_west', 'kind-west', 'west-fqdn'].map(name => [name, 'west']),
  ),
  'old-cp': 'cp',
  'new-cp': 'north',
};

let sandbox: Sandbox;
/** of the second control plane, to which the guide moves */
let other: OperatorStandIn;
let cwd: string;
before(async () => {
  sandbox = await startSandbox();
  cwd = sandbox.folder;
  const { clusters, users, contexts, ...rest } = parse(readFileSync(sandbox.kubeconfig, 'utf8')) as {
    readonly clusters: readonly unknown[];
    readonly users: readonly unknown[];
    readonly contexts: readonly object[];
  };
  const more = Object.entries(aliases).map(([name, cluster]) => ({ name, context: { cluster, user: cluster } }));
  writeFileSync(sandbox.kubeconfig, stringify({ ...rest, clusters, users, contexts: [...contexts, ...more] }), { mode: 0o600 });
  copyFileSync(join(cwd, 'manifests/demo.yaml'), join(cwd, 'demo.yaml'));
  mkdirSync(join(cwd, 'deploy'));
  copyFileSync(join(cwd, 'manifests/west.yaml'), join(cwd, 'deploy/west.yaml'));
  writeFileSync(join(cwd, 'roots.pem'), sandbox.server('west').caPem);
  installOperatorIn(sandbox.server('north'), true);
  other = await startOperator({
    ask: sandbox.server('north').ask,
    deployment: { namespace, name: 'k8ssandra-operator' },
    pollMs: 100,
    restartMs: 1000,
    dials: true,
    pod: true,
  });
});
after(async () => {
  await other.stop();
  await sandbox.stop();
});

const shell = (line: string, input: string): Promise<Run> => {
  const env = { PATH: `${sandbox.bin}:${process.env['PATH']}`, KUBECONFIG: sandbox.kubeconfig, ip: '127.0.0.1' };
  return run(['-c', `cd '${cwd}'\n${line}`], env, input, [], ['sh', []]);
};

/** Whether a command may ask before it restarts an operator. */
const asks = (line: string): boolean => {
  const [, noun = '', verb = ''] = /k8ssandra (?:--context \S+ )?(\w+) (\w+)/.exec(line) ?? [];
  return program.nouns[noun]?.verbs[verb]?.options?.['yes'] !== undefined;
};
/** The line as the sandbox can follow it: its own addresses, and yes to every question, since nobody sits at a terminal here. */
const here = (call: string): string => {
  const url = (name: string): string => sandbox.server(name).url;
  const line = call
    .replace('./kubectl-k8ssandra', 'kubectl k8ssandra')
    .replace(/https:\/\/(east|west)\.example\.com:6443/, (_, name: string) => url(name))
    .replace(/"https:\/\/\$ip:6443"|https:\/\/gke-ID\.[\w.-]+/, url('west'));
  return asks(line) && !/--(yes|dry-run)\b|-o yaml/.test(line) ? `${line} --yes` : line;
};
/** Lines that end with something else than 0 here, and why that is right. */
const others: readonly (readonly [line: RegExp, code: number, why: string])[] = [
  [/-f manifests\//, 1, 'one ClientConfig is left out of that folder on purpose'],
  [/(rename|delete) east( |$)/, 4, 'a datacenter uses it'],
  [/--tls-server-name kubernetes\.default\.svc/, 4, 'the certificates of the sandbox are not for that name'],
  [/rotate --all --token-ttl/, 4, 'no renewer runs in the sandbox'],
];
/** Every page starts with data planes that are registered, unless it is about registering them. */
const registers = /clientconfig create/;
/** Everything as it is now; the returned function brings it back. */
const kept = (): (() => void) => {
  const undo = ['cp', 'east', 'west', 'north'].map(name => sandbox.server(name).snapshot());
  return () => {
    for (const one of undo) one();
  };
};
const starts: { empty?: () => void; registered?: () => void } = {};
test('the data planes are registered', async () => {
  starts.empty = kept();
  const ran = await shell(here('kubectl k8ssandra clientconfig create --from-context east,west --wait'), '');
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  starts.registered = kept();
});
for (const page of pages) {
  const calls = callsIn(readFileSync(join(docs, page), 'utf8')).filter(isExample);
  if (calls.length === 0) continue;
  test(`the commands of ${page} work`, async () => {
    (registers.test(calls.join('\n')) ? starts.empty : starts.registered)?.();
    for (const call of new Set(calls)) {
      const line = here(call);
      const input = / -f -/.test(line) ? readFileSync(join(cwd, 'demo.yaml'), 'utf8') : '';
      const before = kept();
      const ran = await shell(line, input);
      const [, code = 0] = others.find(([pattern]) => pattern.test(line)) ?? [];
      assert.equal(ran.code, code, `${line}\n${ran.stdout}${ran.stderr}`);
      // The next line is about it again.
      if (/clientconfig delete/.test(line)) before();
      if (/export/.test(line)) writeFileSync(join(cwd, 'registrations.yaml'), ran.stdout, { mode: 0o600 });
    }
  });
}
