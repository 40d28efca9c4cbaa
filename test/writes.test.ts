import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { namespace } from '../sandbox/world.ts';
import type { IO } from '../src/base/io.ts';
import { assertChange } from './support/formats.ts';
import { runInProcess } from './support/in-process.ts';
import { liveTokens, type Registered, startRegistered } from './support/registered.ts';
import type { Run } from './support/run.ts';

/** What is true of every command that writes, of each of them: one rule for when it asks, one document. */
let registered: Registered;
let fresh = true;
before(async () => {
  registered = await startRegistered(['dp1'], { inProcess: true });
  writeFileSync(file(), (await registered.cli('clientconfig', 'export', '--with-secrets')).stdout, { mode: 0o600 });
});
beforeEach(async () => {
  if (!fresh) await registered.reset();
  fresh = false;
});
after(() => registered.stop());
const text = ({ code, stdout, stderr }: Run): string => `exit ${code}\n${stdout}${stderr}`;
const file = (): string => `${registered.world.kubeconfig}-export.yaml`;

interface Case {
  readonly words: readonly string[];
  /** before it can do anything */
  readonly prepare?: () => void;
  /** the same when it has nothing to change */
  readonly nothing?: readonly string[];
}
const removeAll = (): void => {
  registered.server('cp').remove('config.k8ssandra.io', 'clientconfigs', namespace, 'dp1');
  registered.server('cp').remove('', 'secrets', namespace, 'dp1-config');
};
const commands: Readonly<Record<string, Case>> = {
  create: {
    words: ['create', '--from-context', 'dp1', '--allow', 'loopback'],
    prepare: removeAll,
    nothing: ['create', '--from-context', 'dp1', '--allow', 'loopback'],
  },
  update: { words: ['update', 'dp1', '--tls-server-name', 'localhost'], nothing: ['update', 'dp1', '--tls-server-name', ''] },
  rename: { words: ['rename', 'dp1', 'eu-1'], nothing: ['rename', 'dp1', 'dp1'] },
  import: { words: ['import', '-f', 'FILE'], prepare: removeAll, nothing: ['import', '-f', 'FILE'] },
  rotate: { words: ['rotate', 'dp1', '--timeout', '30s'], nothing: ['rotate', '--resume'] },
  delete: { words: ['delete', 'dp1'] },
};
const each = Object.entries(commands);
const named = (words: readonly string[]): readonly string[] => words.map(word => (word === 'FILE' ? file() : word));
const run = (words: readonly string[], ...more: readonly string[]): Promise<Run> =>
  registered.cli('clientconfig', ...named(words), ...more);
/** All that can be written, by its name and version. */
const state = (): readonly string[] =>
  (['cp', 'dp1'] as const).flatMap(name =>
    [
      ...registered.server(name).list('', 'secrets'),
      ...(name === 'cp' ? registered.server(name).list('config.k8ssandra.io', 'clientconfigs') : []),
    ].map(({ metadata, ...rest }) => JSON.stringify([name, metadata.name, metadata.uid, rest])),
  );
const document = (ran: Run): Record<string, unknown> & { readonly done: readonly unknown[] } => {
  const read = JSON.parse(ran.stdout) as ReturnType<typeof document>;
  assertChange(read);
  for (const name of ['cp', 'dp1'])
    for (const token of liveTokens(registered.server(name))) assert.ok(!`${ran.stdout}${ran.stderr}`.includes(token));
  return read;
};

for (const [name, { words, prepare }] of each) {
  test(`${name} in a script writes nothing without --yes, and does it by the line that it prints`, async () => {
    prepare?.();
    const unwritten = state();
    const asked = await run(words);
    assert.equal(asked.code, 2, text(asked));
    assert.match(
      asked.stderr,
      /^error: .+ It restarts the operator k8ssandra-operator\/k8ssandra-operator of cp\. .+\nfix: {3}kubectl k8ssandra .+ --yes\n$/,
    );
    assert.deepEqual(state(), unwritten);
    const [, line = ''] = /^fix: {3}kubectl k8ssandra (.+)$/m.exec(asked.stderr) ?? [];
    const done = await registered.cli(...line.split(' '));
    assert.equal(done.code, 0, `${line}\n${text(done)}`);
    assert.notDeepEqual(state(), unwritten);
  });
  test(`${name} -o json says what a dry run would do, and what was done`, async () => {
    prepare?.();
    const unwritten = state();
    const dry = document(await run(words, '-o', 'json', '--dry-run'));
    assert.deepEqual([dry['command'], dry['outcome'], dry['restarts'], dry.done], [name, 'planned', `${namespace}/k8ssandra-operator`, []]);
    assert.deepEqual(state(), unwritten);
    const ran = await run(words, '-o', 'json', '--yes');
    assert.equal(ran.code, 0, text(ran));
    assert.equal(ran.stderr, '');
    const done = document(ran);
    assert.equal(done['outcome'], 'done');
    assert.ok(done.done.length > 0);
  });
  test(`${name} -o json tells a failure on standard error, with the same exit code`, async () => {
    prepare?.();
    for (const method of ['PUT', 'POST', 'PATCH'])
      registered.server('cp').fault({ method, path: /\/(secrets|clientconfigs)/ }, { kind: 'status', status: 403 }, 99);
    const [plain, json] = [await run(words, '--yes'), await run(words, '--yes', '-o', 'json')];
    assert.equal(plain.code, 4, text(plain));
    assert.equal(json.code, 4, text(json));
    assert.match(json.stderr, /^error: .+\nfix: .+$/m);
    assert.equal(document(json)['outcome'], 'failed');
  });
}
for (const [name, { words, prepare }] of each.filter(([one]) => one !== 'rotate'))
  test(`${name} asks nothing where no operator runs`, async () => {
    prepare?.();
    await registered.operator.stop();
    const cp = registered.server('cp');
    const deployment = cp.get('apps', 'deployments', namespace, 'k8ssandra-operator');
    assert.ok(deployment);
    cp.put('apps', 'deployments', { ...deployment, spec: { ...(deployment['spec'] as object), replicas: 0 }, status: {} });
    const ran = await run(words, '-o', 'json');
    assert.equal(ran.code, 0, text(ran));
    assert.equal(document(ran)['restarts'], null);
  });
test('with nothing to change none asks', async () => {
  const unwritten = state();
  for (const [name, { nothing }] of each) {
    if (nothing === undefined) continue;
    const ran = await run(nothing, '-o', 'json');
    assert.equal(ran.code, 0, `${name}: ${text(ran)}`);
    assert.equal(document(ran)['outcome'], 'unchanged', name);
  }
  assert.deepEqual(state(), unwritten);
});
/** At a terminal, where somebody answers. */
const at = (words: readonly string[], ask: IO['ask'], changes: Partial<IO> = {}, ...more: readonly string[]): Promise<Run> =>
  runInProcess(['clientconfig', ...named(words), ...more, '--kubeconfig', registered.world.kubeconfig], {
    stdinTty: true,
    stderrTty: true,
    ask,
    ...changes,
  });
for (const [name, { words, prepare }] of each)
  test(`${name} at a terminal does what is answered, and nothing for any other answer or none`, async () => {
    prepare?.();
    const unwritten = state();
    let asked = 0;
    // An end of the input is an answer of nothing.
    for (const format of ['text', 'json'])
      for (const answer of ['n', '\n', '', name, 'yesterday']) {
        const ask = async (): Promise<string> => {
          asked++;
          return answer;
        };
        const refused = await at(words, ask, {}, '-o', format);
        assert.equal(refused.code, 4, text(refused));
        assert.match(refused.stderr, /error: not confirmed: nothing was written\nfix: {3}answer y, or pass --yes\n$/);
        if (format === 'json') assert.deepEqual([document(refused)['outcome'], document(refused).done], ['failed', []]);
      }
    assert.equal(asked, 10);
    assert.deepEqual(state(), unwritten);
    // Without a screen for the question nobody is asked.
    const blind = await at(words, async () => 'y', { stderrTty: false });
    assert.equal(blind.code, 2, text(blind));
    for (const kind of ['', '=true', '=client', '=server']) {
      const dry = await at(words, async () => assert.fail('a dry run asks nothing'), {}, `--dry-run${kind}`);
      assert.equal(dry.code, 0, text(dry));
      assert.match(dry.stdout, /^nothing written \(dry run\)$/m);
    }
    assert.deepEqual(state(), unwritten);
    const done = await at(words, async () => 'Yes', {}, '--dry-run=none');
    assert.equal(done.code, 0, text(done));
    assert.notDeepEqual(state(), unwritten);
  });
test('what --force wants typed is typed in full', async () => {
  const unwritten = state();
  for (const words of [
    ['delete', 'dp1', '--force'],
    ['rename', 'dp1', 'eu-1', '--force'],
  ])
    for (const answer of ['y', 'yes', 'dp', 'dp1 x', 'DP1', '']) {
      const refused = await at(words, async () => answer);
      assert.equal(refused.code, 4, text(refused));
      assert.match(refused.stderr, /error: not confirmed: nothing was written\nfix: {3}type dp1, or pass --yes\n$/);
    }
  assert.deepEqual(state(), unwritten);
  assert.equal((await at(['rename', 'dp1', 'eu-1', '--force'], async () => ' dp1\n')).code, 0);
});
test('Ctrl-C at the question has begun nothing, and the document of each says that it was interrupted', async () => {
  for (const [name, { words, prepare }] of each) {
    await registered.reset();
    prepare?.();
    const unwritten = state();
    const controller = new AbortController();
    const ask = async (): Promise<string> => {
      controller.abort(new Error('interrupted'));
      throw controller.signal.reason;
    };
    const ran = await at(words, ask, { interrupted: controller.signal }, '-o', 'json');
    assert.equal(ran.code, 130, `${name}: ${text(ran)}`);
    assert.deepEqual(document(ran)['error'], { message: 'interrupted', exitCode: 130 }, name);
    assert.doesNotMatch(ran.stderr, /begun/, name);
    assert.deepEqual(state(), unwritten);
  }
});
for (const [name, { words, prepare }] of each)
  test(`${name} that was interrupted while it wrote tells in its document how far it came`, async () => {
    prepare?.();
    const controller = new AbortController();
    for (const server of ['cp', 'dp1'])
      registered.server(server).onRequest(({ method, path }) => {
        if (method !== 'GET' && /\/(secrets|clientconfigs)(\/[^/?]*)?$/.test(path)) controller.abort(new Error('interrupted'));
      });
    const ran = await runInProcess(['clientconfig', ...named(words), '-o', 'json', '--yes', '--kubeconfig', registered.world.kubeconfig], {
      interrupted: controller.signal,
    });
    assert.ok(controller.signal.aborted);
    const told = document(ran);
    // What was at its last write has done all of it.
    const expected = ran.code === 0 ? ['done', null] : ['failed', { message: 'interrupted', exitCode: 130 }];
    assert.deepEqual([told['outcome'], told['error']], expected, text(ran));
    assert.equal(ran.code, name === 'rename' || name === 'update' ? ran.code : 130, text(ran));
  });
