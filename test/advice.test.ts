import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import {
  byHand,
  commandLine,
  fix,
  kubectl,
  look,
  merged,
  ours,
  sentence,
  sentenceText,
  shellWord,
  throughAny,
} from '../src/base/advice.ts';
import { describe, UserError } from '../src/base/errors.ts';

/** The words that a shell makes of a line. */
const readBack = (shell: string, line: string): string[] => {
  const { stdout, stderr, status } = spawnSync(shell, ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8', env: { HOME: '/home/x' } });
  assert.equal(status, 0, stderr);
  return stdout.split('\0').slice(0, -1);
};
const plain = [
  'east',
  'my cp',
  "it's",
  '',
  '~',
  '=cat',
  '*',
  '$HOME',
  '`id`',
  'a;b',
  'a|b',
  '!x',
  '{a,b}',
  '<context>',
  '"',
  '\\',
  '#',
  '-x',
  'ü',
  'a=b',
];

test('a word is read back by a shell as it is', () => {
  for (const shell of ['sh', 'bash']) assert.deepEqual(readBack(shell, plain.map(shellWord).join(' ')), plain, shell);
  const hidden = ['a\nb', '\u001b[31m', 'a\u202eb', 'tab\there', "it's\u200b", '\\\u0007', 'a\u00001'.replace('\u0000', '\u0001')];
  assert.deepEqual(readBack('bash', hidden.map(shellWord).join(' ')), hidden);
  for (const word of hidden) assert.match(shellWord(word), /^[\x20-\x7e]+$/);
});
test('a command carries the flags that chose its control plane, and those of a data plane its own context', () => {
  const target = {
    kubeconfig: '/k c',
    context: 'cp',
    namespace: 'ns',
    connection: [['--as', 'jane'], ['--server', 'https://h'], ['--insecure-skip-tls-verify']] as const,
  };
  const flags = "--kubeconfig '/k c' --context cp --as jane";
  for (const [command, line] of [
    [
      ours('clientconfig rotate', ['a', 'b']),
      `kubectl k8ssandra ${flags} --server https://h --insecure-skip-tls-verify -n ns clientconfig rotate a b`,
    ],
    // its --server is that of the data plane
    [
      ours('clientconfig create', ['a'], '--server', 'https://d'),
      `kubectl k8ssandra ${flags} --insecure-skip-tls-verify -n ns clientconfig create a --server https://d`,
    ],
    [
      ours('contexts check', ['-x'], '--only', 'KC1'),
      `kubectl k8ssandra ${flags} --server https://h --insecure-skip-tls-verify -n ns contexts check --only KC1 -- -x`,
    ],
    [kubectl(undefined, '-n', 'o', 'get', 'pods'), `kubectl ${flags} --server https://h --insecure-skip-tls-verify -n o get pods`],
    [kubectl('east', 'version'), "kubectl --kubeconfig '/k c' --context east version"],
  ] as const)
    assert.equal(commandLine(command, target), line);
  assert.equal(commandLine(ours('explain', ['KC101']), {}), 'kubectl k8ssandra explain KC101');
});
test('a command that needs a context of the user is printed for each that it may be, the likely one first', () => {
  const command = throughAny('clientconfig create', ['east'], '--allow', 'loopback');
  const line = 'kubectl k8ssandra --context cp clientconfig create east --allow loopback';
  const printed = (others: readonly string[]) => commandLine(command, { context: 'cp', others });
  assert.equal(printed(['east']), `${line} --from-context east`);
  assert.equal(printed(['a b', 'east']), `${line} --from-context east, or ${line} --from-context 'a b'`);
  assert.match(printed(['a', 'b', 'c', 'd']), /--from-context c, or with another of your 4 contexts$/);
  assert.equal(printed([]), `${line} with --from-context, once your kubeconfig has a context of that data plane`);
});
test('remedies of several become one where one command does for all, and one each elsewhere', () => {
  const rotate = (name: string) => fix(ours('clientconfig rotate', [name]));
  const create = (name: string) => fix(ours('clientconfig create', [name], '--from-context', name));
  assert.deepEqual(merged([rotate('a'), byHand('x'), rotate('b'), create('a'), byHand('x'), create('b'), rotate('a')]), [
    fix(ours('clientconfig rotate', ['a', 'b'])),
    byHand('x'),
    create('a'),
    create('b'),
  ]);
  assert.equal(merged([fix(ours('contexts check', ['a'])), look(ours('contexts check', ['b']))]).length, 2);
});
test('the fix of an error acts on the control plane that the run had chosen', () => {
  const error = new UserError('nothing', sentence`run ${ours('clientconfig list')} to see them`, 4);
  error.target = { context: 'my cp', namespace: 'ns' };
  assert.equal(describe(error), "error: nothing\nfix:   run kubectl k8ssandra --context 'my cp' -n ns clientconfig list to see them\n");
  assert.equal(
    sentenceText(new UserError('', ours('contexts check')).fix, { context: 'cp' }),
    'kubectl k8ssandra --context cp contexts check',
  );
});
