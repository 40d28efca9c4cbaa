import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Flag, Usage } from '../src/cli/command.ts';
import { valuesOf } from '../src/cli/parse.ts';
import { type Flags, flagsOf, readLine } from '../src/cli/pflag.ts';
import { plainValues } from '../src/cli/plain.ts';
import { nouns, program, singles } from '../src/commands/index.ts';
import { randomFrom } from './support/answers/random.ts';

const commands = [...Object.values(nouns).flatMap(({ verbs }) => Object.values(verbs)), ...Object.values(singles)];

const flags: Flags = new Map(
  Object.entries({
    output: { alias: 'o', choices: ['wide', 'json'], describe: '' },
    all: { alias: 'A', type: 'boolean', describe: '' },
    watch: { alias: 'w', type: 'boolean', describe: '' },
    only: { array: true, describe: '' },
    context: { describe: '', blank: true },
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
test('an empty value of a global flag is no value; of a flag of a command it is one where that says something', () => {
  const usage = { describe: '', options: { server: { describe: '', blank: true } } } as const;
  const all = flagsOf(program, usage);
  const given = readLine(['--context', '', '-n=', '--token=', '--server', '', '--as-group', ''], all);
  const read = valuesOf(given, usage, all, '');
  assert.deepEqual(
    [read['context'], read['namespace'], read['token'], read['as-group'], read['server']],
    [undefined, undefined, undefined, undefined, ''],
  );
});
test('an empty text is refused by name where only a text says something, and the last of two counts', () => {
  for (const usage of commands) {
    const all = flagsOf(program, usage);
    const required = Object.entries(usage.options ?? {}).flatMap(([name, flag]) => ('required' in flag ? [`--${name}=x`] : []));
    const read = (...args: string[]): string => {
      try {
        valuesOf(readLine([...args, ...required], all), usage, all, '');
        return '';
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
    };
    for (const [name, flag] of Object.entries<Flag>(usage.options ?? {})) {
      const { type, choices, array, blank } = flag;
      if (type !== undefined || choices !== undefined || array === true) continue;
      assert.equal(read(`--${name}=`) === `--${name} is empty`, blank !== true, name);
      assert.notEqual(read(`--${name}=`, `--${name}=x`), `--${name} is empty`);
    }
    for (const [at, [name, { choices }]] of Object.entries<Flag>(usage.positionals ?? {}).entries())
      if (choices === undefined) assert.equal(read(...new Array<string>(at).fill('x'), ''), `${name} is empty`);
  }
});
test('a flag of any command may stand before the command: its name and its letter always mean the same kind of flag', () => {
  const names = new Map<string, boolean>();
  const letters = new Map<string, string>();
  for (const usage of commands)
    for (const [name, { type, alias }] of flagsOf(program, usage)) {
      assert.equal(names.get(name) ?? type === 'boolean', type === 'boolean', name);
      names.set(name, type === 'boolean');
      if (alias === undefined) continue;
      assert.equal(letters.get(alias) ?? name, name, alias);
      letters.set(alias, name);
    }
  assert.ok(names.size > 50);
});

/** Command lines, and what kubectl's parser makes of them: spf13/pflag 1.0.9 with the same flags, run on each. */
const refused = 'refused';
const kubectlLines: readonly (readonly [args: readonly string[], read: Readonly<Record<string, unknown>> | typeof refused])[] = [
  [['-o', 'json'], { output: 'json' }],
  [['-ojson'], { output: 'json' }],
  [['-o=json'], { output: 'json' }],
  [['-o', '=json'], { output: '=json' }],
  [['--output', 'json'], { output: 'json' }],
  [['--output=json'], { output: 'json' }],
  [['--output='], { output: '' }],
  [['-o', ''], { output: '' }],
  [['-o'], refused],
  [['--output'], refused],
  [['-o', '-'], { output: '-' }],
  [['-o', '-A'], { output: '-A' }],
  [['-o', '--'], { output: '--' }],
  [['-o', 'json', '-o', 'wide'], { output: 'wide' }],
  [['-A'], { 'all-namespaces': true }],
  [['-A=false'], { 'all-namespaces': false }],
  [['-A=0'], { 'all-namespaces': false }],
  [['-A=T'], { 'all-namespaces': true }],
  [['-A=tRuE'], refused],
  [['-A='], refused],
  [['-A', 'false'], { NAME: ['false'], 'all-namespaces': true }],
  [['--all-namespaces'], { 'all-namespaces': true }],
  [['--all-namespaces=false'], { 'all-namespaces': false }],
  [['--all-namespaces='], refused],
  [['--all-namespaces', 'false'], { NAME: ['false'], 'all-namespaces': true }],
  [['--all-namespaces=x'], refused],
  [['--no-all-namespaces'], refused],
  [['-Aw'], { 'all-namespaces': true, watch: true }],
  [['-wA=false'], { 'all-namespaces': false, watch: true }],
  [['-Aw=f', 'east'], { NAME: ['east'], 'all-namespaces': true, watch: false }],
  [['-Aojson'], { 'all-namespaces': true, output: 'json' }],
  [['-Ao', 'json'], { 'all-namespaces': true, output: 'json' }],
  [['-Ao=json'], { 'all-namespaces': true, output: 'json' }],
  [['-Ao'], refused],
  [['-oA'], { output: 'A' }],
  [['-x'], refused],
  [['-Ax'], refused],
  [['-context', 'a'], refused],
  [['--contex', 'a'], refused],
  [['--all_namespaces'], { 'all-namespaces': true }],
  [['---output=json'], refused],
  [['--=x'], refused],
  [['-=x'], refused],
  [['-n', 'a', '-n=b', '--namespace=c'], { namespace: 'c' }],
  [['--context=a=b'], { context: 'a=b' }],
  [['--context', '--watch'], { context: '--watch' }],
  [['--context', 'a b"c\'d\\e'], { context: 'a b"c\'d\\e' }],
  [['-f', 'a.yaml', '-f', 'b.yaml'], { filename: ['a.yaml', 'b.yaml'] }],
  [['-fa.yaml,b.yaml'], { filename: ['a.yaml', 'b.yaml'] }],
  [['-f=-'], { filename: ['-'] }],
  [['-f', '-', 'east'], { NAME: ['east'], filename: ['-'] }],
  [['east', '-A', 'west'], { NAME: ['east', 'west'], 'all-namespaces': true }],
  [['--', '-A', '--output=x'], { NAME: ['-A', '--output=x'] }],
  [['east', '--', '--', 'west'], { NAME: ['east', '--', 'west'] }],
  [['-'], { NAME: ['-'] }],
  [[''], { NAME: [''] }],
  [['-v2'], { v: 2 }],
  [['-v=2'], { v: 2 }],
  [['-v', '2'], { v: 2 }],
  [['--v=2'], { v: 2 }],
  [['-v'], refused],
  [['-vv'], refused],
  [['-v', '-1'], { v: -1 }],
  [['-v', '010'], { v: 10 }],
  [['--parallel', '16'], { parallel: 16 }],
  [['--parallel=16'], { parallel: 16 }],
  [['--parallel', '0x10'], { parallel: 16 }],
  [['--parallel', '010'], { parallel: 8 }],
  [['--parallel', '1_0'], { parallel: 10 }],
  [['--parallel', '+5'], { parallel: 5 }],
  [['--parallel', '1e3'], refused],
  [['--parallel', 'x'], refused],
  [['--parallel='], refused],
  [['--parallel'], refused],
  [['-h=false', 'east'], { NAME: ['east'] }],
];
/** Numbers that kubectl reads and a person may mean otherwise. */
const readByKubectlAlone = ['-1', '010', '0x10', '1_0', '+5'];
test('every spelling is read as kubectl reads it', () => {
  const usage = {
    describe: '',
    positionals: { NAME: { array: true, blank: true, describe: '' } },
    options: {
      output: { alias: 'o', blank: true, describe: '' },
      'all-namespaces': { alias: 'A', type: 'boolean', describe: '' },
      watch: { alias: 'w', type: 'boolean', describe: '' },
      filename: { alias: 'f', array: true, describe: '' },
      namespace: { alias: 'n', describe: '' },
      context: { describe: '' },
      v: { type: 'number', describe: '' },
      parallel: { type: 'number', describe: '' },
    },
  } as const satisfies Usage;
  const known = flagsOf({ globals: {} }, usage);
  for (const [args, read] of kubectlLines) {
    const line = readLine(args, known);
    const parsed = (): unknown => {
      if (line.unknown !== undefined) throw new Error(`unknown flag ${line.unknown}`);
      const { filename, ...others } = valuesOf(line, usage, known, '') as { filename?: readonly string[] };
      const given = Object.entries(others).filter(([, value]) => value !== undefined);
      // A list in one word is taken apart by the command that has it.
      return { ...Object.fromEntries(given), ...(filename === undefined ? {} : { filename: filename.flatMap(one => one.split(',')) }) };
    };
    if (read === refused || readByKubectlAlone.some(text => args.includes(text))) assert.throws(parsed, args.join(' '));
    else assert.deepEqual(parsed(), read, args.join(' '));
  }
  assert.ok(kubectlLines.length > 70);
});

/** Texts that a parser may take for something else. */
const pieces =
  '" \' \\ ` $ = , a ok 0 1 true false __proto__ constructor é 😀 . [ { 0x10 1e3 -o -- --output json %s NaN undefined null no- --no- @ $0 _'.split(
    ' ',
  );
test('whatever the texts are, yargs gives what is on the line, and a right line is read without it to the same values', () => {
  const { below, pick } = randomFrom(3);
  const text = (): string => Array.from({ length: below(4) }, () => pick([...pieces, ' ', '\n', '\t', ''])).join('');
  const valueFor = ({ type, choices }: Flag): string => {
    if (below(2) === 0) return text();
    if (choices !== undefined) return pick(choices);
    return type === 'number' ? String(below(100)) : type === 'boolean' ? pick(['true', 'f', '1']) : text();
  };
  let right = 0;
  for (let round = 0; round < 800; round++) {
    const command = pick(commands);
    const known = flagsOf(program, command);
    const all = [...known];
    const args = Array.from({ length: below(5) }, () => {
      const [name, flag] = pick(all);
      return pick([[text()], [`--${name}`, valueFor(flag)], [`--${name}=${valueFor(flag)}`], [`-${flag.alias ?? name}`]]);
    }).flat();
    const line = readLine(below(6) === 0 ? args.toSpliced(below(args.length), 0, '--') : args, known);
    if (line.unknown !== undefined) continue;
    const plain = plainValues(line, command, known);
    if (plain === undefined)
      assert.throws(() => valuesOf(line, command, known, 'read the help'), { name: 'UserError', exitCode: 2 }, args.join(' '));
    else {
      const read = Object.entries(valuesOf(line, command, known, '')).filter(([, value]) => value !== undefined);
      assert.deepEqual(Object.fromEntries(read), plain, args.join(' '));
      right += 1;
    }
  }
  assert.ok(right > 150, `${right} right lines`);
});
