import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parseSync, Visitor } from 'oxc-parser';
import type { IO } from '../src/base/io.ts';
import { runCli } from '../src/cli/run.ts';
import { program } from '../src/commands/index.ts';

/** What is needed of a node of the syntax tree. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly value?: unknown;
  readonly name?: string;
  readonly callee?: Node;
  readonly tag?: Node;
  readonly arguments?: readonly Node[];
  readonly elements?: readonly Node[];
  readonly quasi?: Node;
  readonly quasis?: readonly { readonly value: { readonly cooked?: string } }[];
  readonly consequent?: Node;
  readonly alternate?: Node;
  readonly left?: Node;
  readonly right?: Node;
  readonly key?: Node;
  readonly id?: Node;
  readonly init?: Node;
  readonly body?: Node;
}
const root = resolve(import.meta.dirname, '../src');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const visited = (see: (node: Node, path: string) => void): void => {
  for (const { path, text } of sources)
    new Visitor({
      NewExpression: node => see(node as unknown as Node, path),
      CallExpression: node => see(node as unknown as Node, path),
      Literal: node => see(node as unknown as Node, path),
      Property: node => see(node as unknown as Node, path),
      VariableDeclarator: node => see(node as unknown as Node, path),
      TemplateLiteral: node => see(node as unknown as Node, path),
    }).visit(parseSync(path, text).program);
};
const makers: Readonly<Record<string, number>> = { UserError: 1, RefusedError: 1, usage: 1, readInput: 3 };
/** What fixes are called that stand in a table or a constant. */
const constants: readonly string[] = ['fix', 'cure', 'again'];
/** The texts that a fix may come to, as far as they stand in the source; what is filled in is `…`. */
const textsOf = (node: Node): readonly string[] => {
  if (node.type === 'Literal') return [String(node.value)];
  if (node.type === 'TemplateLiteral') return [(node.quasis ?? []).map(({ value }) => value.cooked ?? '').join('…')];
  if (node.type === 'TaggedTemplateExpression' && node.quasi !== undefined) return textsOf(node.quasi);
  return [node.consequent, node.alternate, node.left, node.right].flatMap(part => (part === undefined ? [] : textsOf(part)));
};
const fixes = (): readonly { readonly path: string; readonly text: string }[] => {
  const all: { path: string; text: string }[] = [];
  visited((node, path) => {
    const named = node.key?.name ?? node.id?.name ?? '';
    const held = node.type === 'Property' ? (node.value as Node) : node.init;
    if (constants.includes(named) && held !== undefined) all.push(...textsOf(held.body ?? held).map(text => ({ path, text })));
    const index = makers[node.callee?.name ?? ''];
    if (index === undefined) return;
    const fix = node.arguments?.[index];
    assert.ok(fix !== undefined, `${path}: an error without a fix`);
    all.push(...textsOf(fix).map(text => ({ path, text })));
  });
  return all;
};
/** What a person is told to do. */
const verbs =
  'add answer apply check choose copy correct create cure delete export finish fix free give grant have install keep leave log look make mend name open pass put reinstall remove rename render renew rotate run say see set start take try type update upgrade use wait write';

test('every error says what to do, in a sentence that begins with a verb', () => {
  const all = fixes();
  assert.ok(all.length > 150, String(all.length));
  const allowed = new Set(verbs.split(' '));
  assert.deepEqual(
    all
      .filter(({ text }) => !text.startsWith('…') && !allowed.has(/^[a-z]+/.exec(text)?.[0] ?? ''))
      .map(({ path, text }) => `${path}: ${text}`),
    [],
  );
});
test('a command in what to do is a value, which carries the flags of its run', () => {
  assert.deepEqual(
    fixes()
      // The cure of a check is prose for its page; what a report prints of it are its remedies.
      .filter(({ path }) => !path.startsWith('checks/'))
      .filter(({ text }) =>
        /\b(clientconfig|contexts|operator) [a-z]+ ?--?\w|kubectl k8ssandra|\b(clientconfig|contexts) (create|delete|rotate|update|rename|import|export|list|describe|check|graph|renewer)\b/.test(
          text,
        ),
      )
      .map(({ path, text }) => `${path}: ${text}`),
    [],
  );
});
test('nothing that is printed has a gap for the reader to fill in', () => {
  const gaps: string[] = fixes()
    .filter(({ text }) => /\b(NAME|CONTEXT|NAMESPACE|FILE|IMAGE|ADDRESS|HOST|TEMPLATE|FORMAT)\b/.test(text))
    .map(({ path, text }) => `${path}: ${text}`);
  // A command that lacks a flag cannot be pasted; one that has its reason may be run with another, too.
  gaps.push(
    ...fixes()
      .filter(({ text }) => /… (and|with) --[a-z]/.test(text))
      .map(({ path, text }) => `${path}: ${text}`),
  );
  visited((node, path) => {
    if (node.type !== 'Literal' && node.type !== 'TemplateLiteral') return;
    // The named groups of a regular expression look alike.
    for (const text of textsOf(node).filter(one => !one.startsWith('/')))
      if (/<(your |the |a )?(address|context|file|name|namespace|image|server|token|cluster|value|host|port)s?>/i.test(text))
        gaps.push(`${path}: ${text}`);
  });
  assert.deepEqual(gaps, []);
});

/** The words of an argument of `ours`: what is not written there is any word. */
const wordOf = (node: Node): string => (node.type === 'Literal' ? String(node.value) : 'any');
test('every command that is proposed is one that the program takes', async () => {
  const calls: { path: string; words: string[] }[] = [];
  visited((node, path) => {
    if (node.callee?.name !== 'ours') return;
    const [verb, names, ...flags] = node.arguments ?? [];
    if (verb?.type !== 'Literal') return;
    const given = names?.type === 'ArrayExpression' ? (names.elements ?? []).map(wordOf) : [];
    calls.push({
      path,
      words: [...String(verb.value).split(' '), ...given, ...flags.filter(({ type }) => type !== 'SpreadElement').map(wordOf)],
    });
  });
  assert.ok(calls.length > 50, String(calls.length));
  const wrong: string[] = [];
  for (const { path, words } of calls) {
    const io = { env: {}, columns: 80, stdoutTty: false, out: () => undefined, err: () => undefined } as unknown as IO;
    try {
      await runCli(io, program, [...words, '--help']);
    } catch (error) {
      wrong.push(`${path}: ${words.join(' ')}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  assert.deepEqual(wrong, []);
});
