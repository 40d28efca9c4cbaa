import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Flags, flagsOf, readLine, valuesOf } from '../src/cli/flags.ts';
import { nouns, singles } from '../src/commands/index.ts';

const flags: Flags = new Map(
  Object.entries({
    output: { alias: 'o', choices: ['wide', 'json'], describe: '' },
    all: { alias: 'A', type: 'boolean', describe: '' },
    watch: { alias: 'w', type: 'boolean', describe: '' },
    only: { array: true, describe: '' },
    context: { describe: '' },
    parallel: { type: 'number', default: 8, describe: '' },
    v: { type: 'number', describe: '' },
  } as const),
);
const values = (...args: string[]): Readonly<Record<string, unknown>> => {
  const line = readLine(args, flags);
  assert.equal(line.unknown, undefined, args.join(' '));
  const usage = { describe: '', positionals: { KIND: { required: true, describe: '' }, NAME: { array: true, describe: '' } } };
  const all = Object.entries(valuesOf(line, usage, flags, 'read the help'));
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
};

test('a flag is read in each of the ways that kubectl knows', () => {
  const base = { KIND: 'k', parallel: 8 };
  for (const args of [['-o', 'wide'], ['-owide'], ['-o=wide'], ['--output', 'wide'], ['--output=wide'], ['-o', 'json', '-owide']])
    assert.deepEqual(values('k', ...args), { ...base, output: 'wide' }, args.join(' '));
  for (const args of [['-Aw'], ['-A', '-w'], ['--all', '--watch=true'], ['-A=1', '-w=T'], ['-wA', '--all=TRUE']])
    assert.deepEqual(values('k', ...args), { ...base, all: true, watch: true }, args.join(' '));
  for (const args of [['-A=false'], ['--all=0'], ['-A', '--all=f']])
    assert.deepEqual(values('k', ...args), { ...base, all: false }, args.join(' '));
  for (const args of [['-Ao=json'], ['-wAojson', '--watch=false', '-A'], ['-A=t', '-w=F', '-o', 'json']])
    assert.deepEqual(
      values('k', ...args),
      { ...base, all: true, output: 'json', ...(args.length > 1 ? { watch: false } : {}) },
      args.join(' '),
    );
  assert.deepEqual(values('k', '-Aowide'), { ...base, all: true, output: 'wide' });
  assert.deepEqual(values('k', '-v', '2', '--parallel=15'), { ...base, v: 2, parallel: 15 });
});
test('what follows a flag that takes a value is its value, whatever it looks like', () => {
  assert.equal(values('k', '--context', '--all')['context'], '--all');
  assert.equal(values('k', '--context', '-')['context'], '-');
  assert.equal(values('k', '--context=')['context'], '');
  assert.equal(values('k', '--context', '=x')['context'], '=x');
  assert.equal(values('k', '--context=a=b')['context'], 'a=b');
  assert.deepEqual(values('k', '--only', 'a,b', 'n', '--only=c')['only'], ['a,b', 'c']);
});
test('words are positionals, the last of which may be several, and behind -- everything is a word', () => {
  assert.deepEqual(values('k', 'a', '-A', 'b')['NAME'], ['a', 'b']);
  assert.equal(values('k')['NAME'], undefined);
  assert.deepEqual(values('k', '--', '-A', '--nothing', '-A=x')['NAME'], ['-A', '--nothing', '-A=x']);
  assert.deepEqual(values('-')['KIND'], '-');
  // The answer of a boolean is no group of letters, whose last would take the next word.
  assert.deepEqual(values('k', '-A=f', 'n')['NAME'], ['n']);
  assert.deepEqual(values('k', '-w=t', '--', '-x')['NAME'], ['-x']);
});
test('what is wrong is one line that names it as it was written', () => {
  const wrong = (...args: string[]): unknown => {
    try {
      return values(...args);
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.equal(wrong('k', '-o'), '-o needs a value');
  assert.equal(wrong('k', '-Ao'), '-o needs a value');
  assert.equal(wrong('k', '--context'), '--context needs a value');
  assert.equal(wrong('k', '-oyaml'), '--output does not take "yaml": it takes wide, json');
  assert.equal(wrong('k', '-A=perhaps'), '--all is true or false, not "perhaps"');
  assert.equal(wrong('k', '--all=constructor'), '--all is true or false, not "constructor"');
  for (const text of ['x', '', '1e3', '0x10', ' 1', '1.5', '-1'])
    assert.equal(wrong('k', '--parallel', text), `--parallel takes a whole number, not "${text}"`);
  assert.equal(wrong(), 'KIND is missing');
});
test('the first word that is like a flag and is none is unknown, whole', () => {
  const unknown = (...args: string[]): string | undefined => readLine(args, flags).unknown;
  assert.equal(unknown('a', '--nothing=3', '--less'), '--nothing');
  assert.equal(unknown('-context', 'a'), '-context');
  assert.equal(unknown('-Ax'), '-Ax');
  assert.equal(unknown('-A-', '-o', 'json'), '-A-');
  assert.equal(unknown('-undefined'), '-undefined');
  assert.equal(unknown('--=x'), '--=x');
  const long = `-${'x'.repeat(300_000)}`;
  assert.equal(unknown(long), long);
  assert.equal(readLine(new Array<string>(200_000).fill('-A'), flags).given.get('all')?.length, 200_000);
  assert.equal(unknown('-x=1'), '-x');
  assert.equal(unknown('--__proto__=1'), '--__proto__');
  assert.equal(unknown('--context', '--nothing', '--', '--less'), undefined);
});
test('an empty value of a global flag is no value; of a flag of a command it is one', () => {
  const usage = { describe: '', options: { server: { describe: '' } } };
  const all = flagsOf(usage);
  const given = readLine(['--context', '', '-n=', '--token=', '--server', '', '--as-group', ''], all);
  const read = valuesOf(given, usage, all, '');
  assert.deepEqual(
    [read['context'], read['namespace'], read['token'], read['as-group'], read['server']],
    [undefined, undefined, undefined, undefined, ''],
  );
});
test('a flag of any command may stand before the command: its name and its letter always mean the same kind of flag', () => {
  const names = new Map<string, boolean>();
  const letters = new Map<string, string>();
  const usages = [...Object.values(nouns).flatMap(({ verbs }) => Object.values(verbs)), ...Object.values(singles)];
  for (const usage of usages)
    for (const [name, { type, alias }] of flagsOf(usage)) {
      assert.equal(names.get(name) ?? type === 'boolean', type === 'boolean', name);
      names.set(name, type === 'boolean');
      if (alias === undefined) continue;
      assert.equal(letters.get(alias) ?? name, name, alias);
      letters.set(alias, name);
    }
  assert.ok(names.size > 50);
});
