import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Fault } from '../sandbox/api/faults.ts';
import type { ApiServer } from '../sandbox/api/server.ts';
import { namespace } from '../sandbox/world.ts';
import { type Registered, startRegistered } from './support/registered.ts';

/**
 * Every API call of `contexts check` fails, each path in each way: what it would have told is unknown, with the cause named, and
 * nothing is found that is not there.
 */
const faults: Readonly<Record<string, Fault>> = {
  '429': { kind: 'status', status: 429, retryAfter: 0 },
  '500': { kind: 'status', status: 500 },
  '503': { kind: 'status', status: 503 },
  garbage: { kind: 'garbage' },
  hang: { kind: 'hang' },
};
interface Report {
  readonly complete: boolean;
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly message: string;
    readonly suppressed: boolean;
  }[];
  readonly unknown: readonly { readonly contexts: readonly string[]; readonly reason: string }[];
  readonly contexts: readonly { readonly name: string; readonly status: string }[];
}
let registered: Registered;
before(async () => {
  registered = await startRegistered(['dp1', 'dp2'], { inProcess: true });
  const datacenters = ['dp1', 'dp2'].map(name => ({
    metadata: { name },
    k8sContext: name,
    perNodeConfigMapRef: { name: 'nodes' },
  }));
  const medusa = { medusaConfigurationRef: { name: 'shared' }, storageProperties: { storageSecretRef: { name: 'bucket' } } };
  const [cp, ...planes] = ['cp', 'dp1', 'dp2'].map(registered.server);
  cp?.put('k8ssandra.io', 'k8ssandraclusters', { metadata: { namespace, name: 'demo' }, spec: { medusa, cassandra: { datacenters } } });
  cp?.put('medusa.k8ssandra.io', 'medusaconfigurations', { metadata: { namespace, name: 'shared' } });
  for (const plane of planes) {
    plane.put('', 'secrets', { metadata: { namespace, name: 'bucket' }, data: {} });
    plane.put('', 'configmaps', { metadata: { namespace, name: 'nodes' } });
  }
});
after(() => registered.stop());

/** A limit that only what never answers reaches, also on a machine with much else to do. */
const check = async (timeout = '20s'): Promise<{ readonly code: number | null; readonly report?: Report; readonly text: string }> => {
  const { code, stdout, stderr } = await registered.cli('contexts', 'check', '-o', 'json', '--timeout', timeout);
  return { code, text: stdout + stderr, ...(stdout.startsWith('{') ? { report: JSON.parse(stdout) as Report } : {}) };
};
const counted = ({ findings }: Report): readonly string[] =>
  findings.flatMap(({ code, severity, message, suppressed }) => (severity === 'info' || suppressed ? [] : [`${code} ${message}`])).sort();
/** The calls of one run, each once, without what differs from run to run. */
const callsOf = (server: ApiServer, from: number): readonly string[] => [
  ...new Set(server.requests.slice(from).map(({ method, path }) => `${method} ${path.replace(/\?.*$/, '')}`)),
];
/** What is asked for the eye alone, or has another way to the same answer. */
const harmless = /cp: GET \/version$|selfsubjectreviews$|cp: POST .*k8ssandraclusters$/;

test('a call that fails is unknown with its cause, and never a finding, nor a context that is ok', { timeout: 600_000 }, async () => {
  const servers = ['cp', 'dp1'].map(name => ({ name, server: registered.server(name) }));
  const starts = servers.map(({ server }) => server.requests.length);
  const whole = await check();
  assert.ok(whole.report?.complete === true && whole.code === 0, whole.text);
  const usual = counted(whole.report);
  const calls = servers.flatMap(({ name, server }, at) => callsOf(server, starts[at] ?? 0).map(call => ({ name, server, call })));
  assert.ok(calls.length >= 25, `${calls.length} calls`);
  const quiet: string[] = [];
  for (const [at, { name, server, call }] of calls.entries()) {
    const [method, path = ''] = call.split(' ');
    const kinds = Object.entries(faults).filter(([kind]) => kind !== 'hang' || name !== 'cp' || call.endsWith('/pods'));
    const chosen = call.endsWith('/pods') ? kinds : kinds.slice(at % kinds.length).slice(0, 1);
    for (const [kind, fault] of chosen) {
      server.fault({ ...(method === undefined ? {} : { method }), path: new RegExp(`^${RegExp.escape(path)}([?]|$)`) }, fault, 99);
      const { code, report, text } = await check(kind === 'hang' ? '1s' : undefined);
      server.clearFaults();
      const where = `${name}: ${call}, ${kind}`;
      assert.ok([0, 3, 4].includes(code ?? -1), `${where}: ${text}`);
      if (report === undefined) continue;
      assert.deepEqual(
        counted(report).filter(one => !usual.includes(one)),
        [],
        where,
      );
      if (code === 0) quiet.push(where);
      // The other data plane is as it was, whatever befell this one.
      if (name === 'dp1') {
        const other = (one: Report): string | undefined => one.contexts.find(context => context.name === 'dp2')?.status;
        assert.equal(other(report), other(whole.report), where);
      }
    }
  }
  assert.deepEqual(
    quiet.filter(where => !harmless.test(where.replace(/, \w+$/, ''))),
    [],
  );
});
