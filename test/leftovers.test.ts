import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { namespace } from '../sandbox/world.ts';
import { domain } from '../src/base/domain.ts';
import { liveTokens, type Registered, startRegistered } from './support/registered.ts';
import type { Run } from './support/run.ts';

/** What commands leave that were cut short, and what is not ours: `contexts check` finds each, and its fix ends it. */
let registered: Registered;
before(async () => {
  registered = await startRegistered(['dp1', 'dp2'], { inProcess: true });
});
beforeEach(() => registered.reset());
after(() => registered.stop());

interface Report {
  readonly operatorStart: { readonly verdict: string; readonly culprit?: string };
  readonly findings: readonly {
    readonly code: string;
    readonly contexts: readonly string[];
    readonly severity: string;
    readonly fix: readonly string[];
    readonly fixes: readonly string[];
  }[];
}
const check = async (...args: readonly string[]): Promise<Report & { readonly run: Run }> => {
  const run = await registered.cli('contexts', 'check', '-o', 'json', ...args);
  return { ...(JSON.parse(run.stdout) as Report), run };
};
const found = ({ findings }: Report, code: string) => findings.filter(one => one.code === code);
const fixOf = (report: Report, code: string): readonly string[] => found(report, code)[0]?.fix ?? [];
/** Our own command out of a printed one: what stands behind the flags of the run. */
const ours = (argv: readonly string[]): readonly string[] => argv.slice(argv.indexOf('clientconfig'));
const tokenSecret = (name: string, notes: Readonly<Record<string, string>>): void => {
  const server = registered.server('dp1');
  const [own] = server.list('', 'secrets').filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'] !== undefined);
  assert.ok(own);
  const { labels, annotations } = own.metadata;
  server.put('', 'secrets', {
    metadata: { namespace, name, ...(labels === undefined ? {} : { labels }), annotations: { ...annotations, ...notes } },
    type: 'kubernetes.io/service-account-token',
  });
};

test('a healthy fleet has none of it', async () => {
  const report = await check();
  for (const code of ['KC104', 'KC212', 'KC213', 'KC214', 'KC406', 'KC513']) assert.deepEqual(found(report, code), [], code);
  assert.equal(report.run.code, 0);
});
test('a kubeconfig Secret whose ClientConfig somebody deleted goes with its token', async () => {
  registered.server('cp').remove('config.k8ssandra.io', 'clientconfigs', namespace, 'dp2');
  const fix = fixOf(await check(), 'KC213');
  assert.deepEqual(ours(fix), ['clientconfig', 'delete', `${namespace}/dp2`]);
  const deleted = await registered.cli(...ours(fix), '--yes');
  assert.equal(deleted.code, 0, deleted.stderr);
  assert.deepEqual(liveTokens(registered.server('dp2')), []);
  assert.equal(registered.server('cp').get('', 'secrets', namespace, 'dp2-config'), undefined);
  assert.deepEqual(found(await check(), 'KC213'), []);
});
test('tokens that no ClientConfig holds are found in the data plane, and those of another control plane are told apart', async () => {
  tokenSecret('left', {});
  tokenSecret('orphan', { [`${domain}/client-config`]: `${namespace}/gone` });
  tokenSecret('theirs', { [`${domain}/control-plane-uid`]: 'another' });
  tokenSecret('odd', { [`${domain}/control-plane-uid`]: 'not a uid' });
  const report = await check();
  const [left] = found(report, 'KC406');
  assert.deepEqual(
    left?.fixes.map(line => line.split(' ').slice(-3).join(' ')),
    ['delete secret left', 'delete secret orphan'],
  );
  assert.deepEqual(
    found(report, 'KC513').map(({ contexts, severity }) => [severity, contexts]),
    [
      ['warning', ['dp1']],
      ['info', ['dp1']],
    ],
  );
});
test('a token of another operator in the same cluster is left to those who read its namespace', async () => {
  tokenSecret('beside', { [`${domain}/client-config`]: 'other-operator/dp1' });
  assert.deepEqual(found(await check(), 'KC406'), []);
});
test('a token that came along from another control plane is rotated, never deleted while it is in use', async () => {
  const server = registered.server('dp1');
  const [own] = server.list('', 'secrets').filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'] !== undefined);
  assert.ok(own);
  const { annotations } = own.metadata;
  server.put('', 'secrets', {
    ...own,
    metadata: { ...own.metadata, annotations: { ...annotations, [`${domain}/control-plane-uid`]: 'old' } },
  });
  const report = await check();
  assert.deepEqual(
    found(report, 'KC513').map(({ contexts }) => contexts),
    [['dp1']],
  );
  const fix = ours(fixOf(report, 'KC513'));
  assert.deepEqual(fix, ['clientconfig', 'rotate', 'dp1']);
  const rotated = await registered.cli(...fix, '--yes');
  assert.equal(rotated.code, 0, rotated.stderr);
  // By then it is the other control plane's alone, whose owner says when it goes.
  assert.deepEqual(fixOf(await check(), 'KC513'), []);
  assert.ok(server.get('', 'secrets', namespace, own.metadata.name));
});
test('a rotation that was killed is found, and --resume ends it', async () => {
  let calls = 14;
  const killed = async (): Promise<Report> => {
    await registered.killedAfter(calls++, 'SIGKILL', ['clientconfig', 'rotate', 'dp1', '--yes']);
    return check();
  };
  let report = await killed();
  while (found(report, 'KC214').length === 0 && calls < 30) report = await killed();
  const fix = ours(fixOf(report, 'KC214'));
  assert.deepEqual(fix, ['clientconfig', 'rotate', '--resume']);
  const resumed = await registered.cli(...fix, '--yes');
  assert.equal(resumed.code, 0, resumed.stderr);
  const after = await check();
  for (const code of ['KC214', 'KC406']) assert.deepEqual(found(after, code), [], code);
});
test('the cluster of a ClientConfig that loses its name counts: good it starts, silent it stops', async () => {
  const cp = registered.server('cp');
  const [dp1, dp2] = ['dp1', 'dp2'].map(name => cp.get('', 'secrets', namespace, `${name}-config`));
  assert.ok(dp1 !== undefined && dp2 !== undefined);
  const kubeconfig = Buffer.from((dp2['data'] as { kubeconfig: string }).kubeconfig, 'base64')
    .toString()
    .replaceAll('dp2', 'dp1');
  const loser = (text: string): void => {
    cp.put('', 'secrets', { metadata: { namespace, name: 'a-config' }, data: { kubeconfig: Buffer.from(text).toString('base64') } });
    cp.put('config.k8ssandra.io', 'clientconfigs', {
      metadata: { namespace, name: 'a' },
      spec: { contextName: 'dp1', kubeConfigSecret: { name: 'a-config' } },
    });
  };
  loser(kubeconfig);
  const good = await check();
  assert.deepEqual([good.operatorStart.verdict, found(good, 'KC104').length], ['starts', 1]);
  const { port } = new URL(registered.server('dp2').url);
  loser(kubeconfig.replace(`:${port}`, ':1'));
  const bad = await check();
  assert.deepEqual(
    [bad.operatorStart.verdict, bad.operatorStart.culprit, found(bad, 'KC104').length],
    ['starts-then-stops', `${namespace}/a`, 2],
  );
});
test('manifests that were printed and never applied have left a token: it is told how to find and revoke it, and check finds it', async () => {
  const { cli, server } = registered;
  const printed = await cli(
    'clientconfig',
    'create',
    'later',
    '--from-context',
    'dp1',
    '--allow',
    'loopback,duplicate-cluster',
    '-o',
    'yaml',
  );
  assert.equal(printed.code, 0, printed.stderr);
  const [, name = ''] = /^created Secret k8ssandra-operator\/(\S+) in dp1: the manifests hold its token/m.exec(printed.stderr) ?? [];
  const there = `--context dp1 -n ${namespace}`;
  assert.match(printed.stderr, new RegExp(`^look:  kubectl --kubeconfig \\S+ ${there} get secret ${name}$`, 'm'));
  assert.match(printed.stderr, new RegExp(`revoke it with kubectl --kubeconfig \\S+ ${there} delete secret ${name}$`, 'm'));
  const [left, ...others] = found(await check(), 'KC406');
  assert.deepEqual(others, []);
  assert.ok(left?.fixes.join().endsWith(`${there} delete secret ${name}`), JSON.stringify(left));
  server('dp1').remove('', 'secrets', namespace, name);
  assert.deepEqual(found(await check(), 'KC406'), []);
  const again = await cli('clientconfig', 'create', '--from-context', 'dp1', '--allow', 'loopback', '-o', 'yaml');
  assert.match(again.stderr, /^the manifests hold the token of Secret \S+ in dp1, which was there already\nlook: {2}kubectl /m);
  assert.doesNotMatch(again.stderr, /delete secret/, 'one that is in use is not to be revoked');
});
test('--resume ends what was begun and begins nothing, whatever else is named or broken', async () => {
  const { cli, server, storedToken } = registered;
  const begun = async (): Promise<readonly string[]> => {
    await registered.reset();
    const secret = server('cp').get('', 'secrets', namespace, 'dp1-config');
    assert.ok(secret);
    const note = {
      run: 'gone',
      startedAt: '2026-01-01T00:00:00Z',
      phase: 'claimed',
      to: `${namespace}/k8ssandra-operator-clientconfig-aaaaaaaa`,
    };
    server('cp').put('', 'secrets', {
      ...secret,
      metadata: { ...secret.metadata, annotations: { ...secret.metadata.annotations, [`${domain}/rotation`]: JSON.stringify(note) } },
    });
    return ['dp1', 'dp2'].map(storedToken);
  };
  for (const args of [['--resume'], ['--all', '--resume'], ['dp1', 'dp2', '--resume'], ['--all', '--resume', '--expiring-within', '30d']]) {
    const [one, other] = await begun();
    const resumed = await cli('clientconfig', 'rotate', ...args, '--yes');
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.notEqual(storedToken('dp1'), one, args.join(' '));
    assert.equal(storedToken('dp2'), other, args.join(' '));
    const again = await cli('clientconfig', 'rotate', ...args, '--yes');
    assert.match(again.stdout, /^nothing to (resume|rotate): .*no rotation( of dp1, dp2)? is under way$/m, args.join(' '));
    assert.equal(again.code, 0);
  }
  await begun();
  server('cp').put('', 'secrets', { metadata: { namespace, name: 'dp2-config' }, data: { kubeconfig: 'eA==' } });
  const beside = await cli('clientconfig', 'rotate', '--all', '--resume', '--yes', '--allow', 'would-not-start', '--timeout', '1s');
  assert.doesNotMatch(beside.stderr, /dp2-config holds no usable kubeconfig/, 'the others are not looked at');
  await begun();
  server('cp').fault({ method: 'GET', path: /secrets\/dp2-config/ }, { kind: 'status', status: 403 }, 99);
  const unread = await cli('clientconfig', 'rotate', '--resume', '--yes');
  assert.equal(unread.code, 3, unread.stderr);
  assert.match(unread.stderr, /^unknown: whether a rotation of ClientConfig k8ssandra-operator\/dp2 is under way is not known/m);
});
