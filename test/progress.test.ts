import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { World } from '../sandbox/world.ts';
import { terminalOf } from '../src/base/terminal.ts';
import { printedOn } from './support/printed.ts';
import { startRegisteredWorld } from './support/registered.ts';
import { program } from './support/run.ts';

let world: World;
before(async () => {
  world = await startRegisteredWorld(['dp1', 'dp2']);
  world.servers['dp2']?.fault({ path: /./ }, { kind: 'hang' }, 1_000_000);
});
after(() => world.stop());

interface Running {
  readonly child: ChildProcess;
  readonly seen: () => string;
  readonly errors: () => string;
}
const terminal = join(import.meta.dirname, 'support/terminal.py');
const begin = (args: readonly string[], env: Readonly<Record<string, string>> = {}, inTerminal = false): Running => {
  const [command, first] = program();
  const words = [command, ...first, 'contexts', 'check', '--kubeconfig', world.kubeconfig, ...args];
  const [own = '', ...rest] = inTerminal ? ['python3', terminal, ...words] : words;
  const child = spawn(own, rest, {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', LANG: 'C.UTF-8', TERM: 'xterm', ...env },
  });
  return { child, seen: printedOn(child.stdout), errors: printedOn(child.stderr) };
};
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(done => setTimeout(done, 20));
};
/** dp2 has been asked, and dp1 has given its last answer some time ago. */
const whileProbing = async (): Promise<void> => {
  let last = Date.now();
  let asked = 0;
  for (const [name, server] of Object.entries(world.servers))
    server.onRequest(() => {
      last = Date.now();
      if (name === 'dp1') asked++;
    });
  await until(() => asked > 5 && Date.now() - last > 800);
};

test('on a terminal rows fill in place, and who is awaited is told with the time; Ctrl-C shows what has come', async () => {
  const { child, seen } = begin([], {}, true);
  await until(() => /probing 1\/2 {2}waiting for dp2 \(\ds of 10s\)/.test(seen()));
  assert.match(seen(), /read +.*dp1 .*√/);
  child.stdin?.write('\u0003');
  const [code] = await once(child, 'close');
  assert.equal(code, 130);
  const report = seen().slice(seen().lastIndexOf('Control plane'));
  assert.match(report, /interrupted: 1 of 2 contexts not read/);
  assert.match(report, /dp2: API server, .* not read \(the run was\s+interrupted\)/);
});
test('NO_COLOR keeps the motion, without colour; a dumb terminal and a pipeline have none', async () => {
  const cases = [
    [{ NO_COLOR: '1' }, true],
    [{ TERM: 'dumb' }, false],
    [{ CI: 'true' }, false],
  ] as const;
  const ran = cases.map(([env]) => begin(['--timeout', '1s'], env, true));
  await Promise.all(ran.map(({ child }) => once(child, 'close')));
  for (const [at, [env, moves]] of cases.entries()) {
    const shown = ran[at]?.seen() ?? '';
    assert.equal(/probing 1\/2/.test(shown), moves, JSON.stringify(env));
    if ('NO_COLOR' in env) assert.doesNotMatch(shown, /\u001b\[\d+m/);
    if (!moves) assert.doesNotMatch(shown, /\u001b\[\d*[AK]/);
  }
});
test('a pipe gets nothing but the report; on Ctrl-C what was read, marked, and exit 130', async () => {
  const formats = ['table', 'wide', 'short'];
  const ran = formats.map(format => ({ format, ...begin(['-o', format]) }));
  await whileProbing();
  for (const { child, format, seen, errors } of ran) {
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'close'), [130, null], format);
    assert.equal(errors(), '');
    assert.match(seen(), /interrupted: 1 of 2 contexts not read/, format);
    assert.match(seen(), /^2 contexts: /m, format);
  }
});
test('a machine format is whole or not there: Ctrl-C writes no document, no file and no snapshot', async () => {
  const file = join(world.folder, 'report.json');
  const snapshot = join(world.folder, 'snapshot.json');
  const all = [
    ['-o', 'json', '--snapshot', snapshot],
    ['-o', 'prometheus', '-o', `json=${file}`],
  ];
  const ran = all.map(args => begin(args));
  await whileProbing();
  for (const { child, seen, errors } of ran) {
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'close'), [130, null]);
    assert.equal(seen(), '');
    assert.equal(errors(), 'interrupted\n');
  }
  assert.deepEqual([existsSync(file), existsSync(snapshot)], [false, false]);
});
test('what is drawn takes the place of what was, whatever rows it took, and makes room for who has the terminal', async () => {
  let text = '';
  const { draw, withTerminal } = terminalOf(
    one => {
      text += one;
    },
    () => 10,
  );
  const next = (work: () => void): string => {
    text = '';
    work();
    return text;
  };
  assert.equal(
    next(() => draw(['a', 'b'])),
    '\r\u001b[2Ka\n\u001b[2Kb\n\u001b[2K',
  );
  assert.equal(
    next(() => draw(['x'.repeat(25)])),
    `\u001b[2A\r\u001b[2K${'x'.repeat(25)}\n\u001b[2K\n\u001b[2K\u001b[1A`,
  );
  // three rows now, on a terminal of ten columns
  text = '';
  await withTerminal(async () => {
    assert.match(text, /^\u001b\[3A\r/);
    assert.equal(
      next(() => draw(['c'])),
      '',
    );
  });
  assert.equal(
    next(() => draw(['d'])),
    '\r\u001b[2Kd\n\u001b[2K',
  );
  next(() => draw([]));
  assert.equal(
    next(() => draw([])),
    '',
  );
});
test('a wait for the operator shows a clock at a terminal, and takes it away when it gives up', async () => {
  const [command, first] = program();
  const words = ['operator', 'restart', '--yes', '--wait', '--always', '--timeout', '2s', '--kubeconfig', world.kubeconfig];
  const child = spawn('python3', [terminal, command, ...first, ...words], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', LANG: 'C.UTF-8', TERM: 'xterm' },
  });
  const shown = printedOn(child.stdout);
  const [code] = await once(child, 'close');
  assert.equal(code, 4, shown());
  assert.match(shown(), /waiting for the operator to read dp1, dp2\r\n.*0:01 of 0:02/s);
  assert.match(shown(), /\u001b\[1A\r\u001b\[2K\r?\n\u001b\[2K\u001b\[1A.*error: the operator has not read dp1 and dp2 within 2s/s);
});
