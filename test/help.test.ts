import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { valuesOf } from '../src/cli/parse.ts';
import { flagsOf, readLine } from '../src/cli/pflag.ts';
import { commandAt, commandPath } from '../src/cli/route.ts';
import { nouns, program as plugin, singles } from '../src/commands/index.ts';
import { program, run } from './support/run.ts';

/** Every command, as it is typed. */
const commands: readonly (readonly string[])[] = [
  ...Object.entries(nouns).flatMap(([noun, { verbs }]) => Object.keys(verbs).map(verb => [noun, verb])),
  ...Object.keys(singles).map(name => [name]),
];
const printed = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(args);
  assert.deepEqual([code, stderr], [0, ''], args.join(' '));
  return stdout;
};
const mistake = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(args);
  assert.deepEqual([code, stdout], [2, ''], args.join(' '));
  assert.match(stderr, /^error: .*\nfix: {3}run kubectl k8ssandra .*--help.*\n$/, args.join(' '));
  return stderr.split('\n')[0]?.replace(/^error: /, '') ?? '';
};

test('the program alone prints the help, which names every command; a group names every verb', async () => {
  const whole = await printed();
  assert.equal(await printed('--help'), whole);
  for (const name of [...Object.keys(nouns), ...Object.keys(singles)]) assert.match(whole, new RegExp(`^  ${name} `, 'm'));
  for (const [noun, { verbs }] of Object.entries(nouns)) {
    const text = await printed(noun, '--help');
    assert.equal(await printed('help', noun), text);
    for (const verb of Object.keys(verbs)) assert.match(text, new RegExp(`^  ${verb} `, 'm'));
  }
});
test('each help fits 80 columns, repeats no global flag, and says where they are', async () => {
  const texts = await Promise.all([...commands.map(path => printed(...path, '--help')), printed('--help'), printed('clientconfig', '-h')]);
  for (const text of texts) {
    assert.ok(
      text.split('\n').every(line => line.length <= 80),
      text,
    );
    assert.match(text, /Use "kubectl k8ssandra options" for a list of global command-line options/);
    assert.doesNotMatch(text, /--kubeconfig string|--request-timeout string|(-\w), \1\b/);
  }
  const global = await printed('options');
  for (const flag of ['--kubeconfig', '-n, --namespace', '-s, --server', '-v']) assert.ok(global.includes(flag), flag);
});
test('every command has an example, and each example can be parsed as that command', async () => {
  for (const path of commands.filter(([name]) => name !== 'options' && name !== 'version')) {
    const found = commandAt(plugin, path);
    assert.ok(found);
    const { examples = [] } = found;
    assert.ok(examples.length > 0, path.join(' '));
    for (const [line] of examples) {
      const parts = line.split('$0 ').slice(1);
      assert.ok(parts.length > 0, line);
      for (const part of parts) {
        const words = (/^[^|>)]*/.exec(part)?.[0] ?? '').trim().split(/\s+/);
        const named = commandPath(plugin, words);
        const other = commandAt(plugin, named.names);
        assert.ok(other, part);
        const line = readLine(named.others, flagsOf(plugin, other));
        assert.equal(line.unknown, undefined, part);
        assert.doesNotThrow(() => valuesOf(line, other, flagsOf(plugin, other), ''), part);
      }
      assert.ok(
        parts.some(part => part.startsWith(path.join(' '))),
        line,
      );
    }
  }
});
test('an unknown word is named, with the one that may have been meant', async () => {
  assert.equal(await mistake('clientconfi'), 'unknown command "clientconfi" for "kubectl k8ssandra"; did you mean "clientconfig"?');
  assert.equal(await mistake('-n', 'x', 'bogus'), 'unknown command "bogus" for "kubectl k8ssandra"');
  assert.equal(await mistake('operator', 'stats'), 'unknown command "stats" for "kubectl k8ssandra operator"; did you mean "status"?');
  assert.equal(await mistake('constructor'), 'unknown command "constructor" for "kubectl k8ssandra"');
  assert.equal(
    await mistake('clientconfig', 'create', '--form-context', 'a'),
    'unknown flag "--form-context" for "kubectl k8ssandra clientconfig create"; did you mean "--from-context"?',
  );
  assert.equal(
    await mistake('contexts', 'check', '-context', 'a'),
    'unknown flag "-context" for "kubectl k8ssandra contexts check"; did you mean "--context"?',
  );
  assert.match(await mistake('contexts', 'check', '--onyl', 'KC101', '--help'), /did you mean "--only"/);
  assert.equal(await mistake('contexts', '--frobnicate', '--help'), 'unknown flag "--frobnicate" for "kubectl k8ssandra contexts"');
  assert.equal(await mistake('--xyzzy', 'val', 'contexts', 'list'), 'unknown flag "--xyzzy" for "kubectl k8ssandra"');
  assert.match(await mistake('contexts', 'chekc', '--only', 'KC101'), /^unknown command "chekc".*; did you mean "check"\?$/);
  const ofOthers = 'that is a command of k8ssandra-client, whose binary has the same name: see docs/compared.md';
  for (const [word, hint] of [
    ['create', 'did you mean "clientconfig create"?'],
    ['check', 'did you mean "contexts check"?'],
    ['status', 'did you mean "operator status"?'],
    ['list', 'did you mean "clientconfig list" or "contexts list"?'],
    ['get', 'did you mean "clientconfig list"?'],
    ['users', ofOthers],
    ['nodetool', ofOthers],
  ] as const)
    assert.equal(await mistake(word), `unknown command "${word}" for "kubectl k8ssandra"; ${hint}`);
  assert.match(await mistake('clientconfig', 'lst', '-A'), /^unknown command "lst".*; did you mean "list"\?$/);
  assert.equal(await mistake('hlep'), 'unknown command "hlep" for "kubectl k8ssandra"; did you mean "help"?');
  assert.equal(await mistake('version -o json'), 'unknown command "version -o json" for "kubectl k8ssandra"');
  assert.equal(await mistake('version', '--outputjson'), 'unknown flag "--outputjson" for "kubectl k8ssandra version"');
  assert.equal(await mistake('--frobnicate'), 'unknown flag "--frobnicate" for "kubectl k8ssandra"');
});
test('what is missing or surplus is one line', async () => {
  assert.match(await mistake('operator'), /^operator needs a command: status, restart$/);
  assert.equal(await mistake('--context', 'a'), 'a command is missing');
  assert.equal(await mistake('clientconfig', 'rename', 'a'), 'CONTEXT is missing');
  assert.equal(await mistake('clientconfig', 'list', 'east'), 'unexpected argument east');
  assert.equal(await mistake('clientconfig', 'list', '-o'), '-o needs a value');
  assert.equal(await mistake('clientconfig', 'import'), '--filename is missing');
  assert.equal(await mistake('contexts', 'graph', '-ocsv'), '--output does not take "csv": it takes tree, dot, mermaid, svg');
  assert.equal(
    await mistake('completion', 'tcsh'),
    'SHELL does not take "tcsh": it takes bash, zsh, fish, powershell, kubectl, kubectl-cmd',
  );
});
test('a value may stand right behind a short flag', async () => {
  assert.equal(JSON.parse(await printed('version', '-ojson')).version, JSON.parse(await printed('version', '-o', 'json')).version);
});
test('help is asked for anywhere, and flags may stand before the command that they are for', async () => {
  const text = await printed('contexts', 'check', '--help');
  for (const line of [
    ['help', 'contexts', 'check'],
    ['help', '--', 'contexts', 'check'],
    ['contexts', 'help', 'check'],
    ['contexts', '-h', 'check'],
    ['-h=true', 'contexts', 'check'],
  ])
    assert.equal(await printed(...line), text, line.join(' '));
  assert.equal(await printed('contexts', 'check', '-Ah', '-f', '/nowhere'), text);
  assert.equal(await printed('--context', 'a', 'help', 'contexts', 'check', 'east'), text);
  assert.equal(await printed('help', 'explain', '--', 'KC101'), await printed('explain', '--help'));
  assert.equal(await printed('-o', 'json', 'version', '--help=false'), await printed('version', '-ojson'));
  const { code, stderr } = await run(['contexts', '-f', '/nowhere', 'check', '--', '--help']);
  assert.equal(code, 2, stderr);
});
test('a time that no timer can wait for is refused, and 0 is no limit of a request', async () => {
  for (const [flag, text] of [
    ['--deadline', '50d'],
    ['--timeout', '30d'],
    ['--request-timeout', '25d'],
    ['--interval', '597h'],
  ] as const) {
    const { code, stderr } = await run(['contexts', 'check', flag, text, '--kubeconfig', '/nowhere']);
    assert.equal(code, 2);
    assert.equal(stderr, `error: ${flag} takes at most 24d, not "${text}"\nfix:   pass it as in ${flag} 10s\n`);
  }
  const { stderr } = await run(['contexts', 'check', '--request-timeout', '0', '--kubeconfig', '/nowhere']);
  assert.match(stderr, /^error: cannot read the kubeconfig/);
});
test('nothing of a line controls the terminal, and an answer that cannot be written is one line', async () => {
  const { code, stderr } = await run([
    'register',
    '--source-context',
    '\u001b[31mred\nx',
    '--dest-context',
    'x',
    '--kubeconfig',
    '/nowhere',
  ]);
  assert.equal(code, 2);
  assert.match(stderr, /^error: [^\u001b\n]*\nfix: {3}[^\u001b\n]*\n$/);
  if (existsSync('/dev/full')) {
    const [command, first] = program();
    const full = openSync('/dev/full', 'w');
    const run = (...args: readonly string[]) =>
      spawnSync(command, [...first, ...args], { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
    const [child, wrong] = [run('options'), run('contexts', 'nope')];
    closeSync(full);
    assert.equal(child.status, 4);
    assert.match(child.stderr, /^error: the output cannot be written: ENOSPC\nfix: .*\n$/);
    // What writes nothing there does not mind.
    assert.equal(wrong.status, 2);
  }
});
