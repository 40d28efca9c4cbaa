import type { KubeconfigCase } from './compare-kubeconfigs.ts';

const right = `apiVersion: v1
kind: Config
clusters:
- name: x
  cluster:
    server: https://h.example.com:6443
users:
- name: x
  user:
    token: t
contexts:
- name: x
  context:
    cluster: x
    user: x
`;
const with_ = (change: string, instead: string): string => right.replace(change, instead);
const flow = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const blocks = (depth: number): string => Array.from({ length: depth }, (_, level) => `${' '.repeat(level)}a:\n`).join('');
const bomb = (levels: number): string =>
  [
    'a0: &a0 x',
    ...Array.from({ length: levels }, (_, level) => `a${level + 1}: &a${level + 1} [${'*a'.concat(`${level},`).repeat(10)}]`),
  ].join('\n');

/** Texts at the edges of YAML 1.1, of JSON and of the limits that Go sets, each with what is right about it left as it is. */
const texts: Readonly<Record<string, string>> = {
  'nothing but a line break': '\n',
  'a byte order mark alone': '\ufeff',
  'a byte order mark before a key in mid-file': with_('kind:', '\ufeffkind:'),
  'a byte order mark in the first piece of the text, and a line that is wrong': `a: 1\n\ufeffb: ${'x'.repeat(600)}\nc: d\n e: f\n`,
  'line breaks of the Mac': right.replaceAll('\n', '\r'),
  'line breaks of Windows': right.replaceAll('\n', '\r\n'),
  'line breaks of Unicode': right.replaceAll('\n', '\u2028'),
  'next line for a line break': right.replaceAll('\n', '\u0085'),
  'a tab that indents': with_('  cluster:\n    server', '  cluster:\n\tserver'),
  'a tab behind a key': with_('server: ', 'server:\t'),
  'a key of 1024 letters': `${'k'.repeat(1024)}: 1\n${right}`,
  'a key of 1030 letters': `${'k'.repeat(1030)}: 1\n${right}`,
  'a key of 1030 letters in a flow': `a: {${'k'.repeat(1030)}: 1}\n${right}`,
  'a key over two lines': `"a\n b": 1\n${right}`,
  'a complex key': `? [a, b]\n: c\n${right}`,
  'a key that is a map': `? {a: b}\n: c\n${right}`,
  'a key with a question mark': `? a\n: b\n${right}`,
  'a key that is null': `~: a\n${right}`,
  'a key beyond int64': `18446744073709551615: a\n${right}`,
  'keys that are numbers and words': `1: a\n1.5: b\nyes: c\n1e30: d\n.inf: e\n${right}`,
  'a pair in a list': `a: [b: c, ? d : e, ? , f]\n${right}`,
  'flow that ends in a comma': `a: [b, {c: d,},]\n${right}`,
  'an anchor and an alias': with_('  user:\n    token: t', '  user: &u\n    token: t\n- name: y\n  user: *u'),
  'an anchor that is given twice': `a: &a 1\nb: &a 2\nc: *a\n${right}`,
  'an alias of itself': `a: &a [*a]\n${right}`,
  'an alias of nothing': `a: *a\n${right}`,
  'a merge before and behind the key': `a: &a {k: 1, l: 2}\nb: {k: 3, <<: *a}\nc: {<<: *a, k: 3}\n${right}`,
  'a merge of several': `a: &a {k: 1}\nb: &b {k: 2}\nc: {<<: [*a, *b, {k: 3}]}\n${right}`,
  'a merge of a list': `a: &a [1]\nc: {<<: *a}\n${right}`,
  'a merge of a text': `c: {<<: x}\n${right}`,
  'a merge key in quotes': `c: {"<<": x}\n${right}`,
  'a merge into the cluster': with_('server: https://h.example.com:6443', '<<: {server: https://merged.example.com, tls-server-name: n}'),
  'a directive for YAML 1.1': `%YAML 1.1\n---\n${right}`,
  'a directive for YAML 1.2': `%YAML 1.2\n---\n${right}`,
  'a directive twice': `%YAML 1.1\n%YAML 1.1\n---\n${right}`,
  'a directive that nobody knows': `%FOO bar\n---\n${right}`,
  'a directive for a tag': `%TAG !e! tag:yaml.org,2002:\n---\na: !e!int "5"\n${right}`,
  'a tag without its directive': `a: !e!int "5"\n${right}`,
  'a verbatim tag': `a: !<tag:yaml.org,2002:int> "5"\n${right}`,
  'a tag with an escape': `a: !x%41%C3%A9 b\n${right}`,
  'tags that do not fit': `a: !!int x\n${right}`,
  'a number with the tag of a float': `a: !!float 3\n${right}`,
  'a time with its tag': `a: !!timestamp 2001-02-29\n${right}`,
  'a right time with its tag': `a: !!timestamp 2000-02-29T1:2:3.4Z\n${right}`,
  'a text with the tag of a text': with_('token: t', 'token: !!str 123'),
  'an exclamation mark for a tag': with_('token: t', 'token: ! 123'),
  binary: with_('token: t', 'token: !!binary YWJj'),
  'binary that is no UTF-8': with_('token: t', 'token: !!binary /+8='),
  'binary that is no base64': with_('token: t', 'token: !!binary "*"'),
  'escapes in quotes': with_('token: t', 'token: "a\\x41\\u00e9\\U0001F600\\t\\_\\N\\L\\P\\e\\0\\\n   b\\ \\"\\/"'),
  'escapes that there are': with_('token: t', 'token: "a\\x41\\u00e9\\U0001F600\\t\\_\\N\\L\\P\\e\\0\\\n   b\\ \\""'),
  'an escaped surrogate': with_('token: t', 'token: "\\ud800"'),
  'quotes over lines': with_('token: t', "token: 'a\n\n  b\n  c  '"),
  'a literal': with_('token: t', 'token: |\n     a\n      b\n\n     c\n\n'),
  'a literal that keeps its end': with_('token: t', 'token: |+\n     a\n\n'),
  'a literal without its end': with_('token: t', 'token: |-\n     a\n\n'),
  'a literal with an indentation': with_('token: t', 'token: |2\n       a\n      b'),
  'a literal with an indentation of 0': with_('token: t', 'token: |0\n     a'),
  'a literal with a tab': with_('token: t', 'token: |\n\t     a'),
  'a folded text': with_('token: t', 'token: >\n     a\n     b\n\n     c\n      d\n     e\n'),
  'a text over lines': with_('token: t', 'token: a\n     b\n\n     c'),
  'a text over lines with a tab': with_('token: t', 'token: a\n\t b'),
  'a comment without a blank': with_('token: t', 'token: t#x'),
  'two documents': `${right}---\na: b\n`,
  'an end mark and rubbish': `${right}...\n}}}\n`,
  'rubbish behind the end of the document': `${right}}\n`,
  'a second document that is wrong': `${right}---\n{{{\n`,
  'control characters far behind the document': `${right}---\n${'a'.repeat(700)}\u0007\n`,
  'a Latin-1 letter far behind the document': `${right}...\n${'# a\n'.repeat(300)}`,
  'a list': '- a\n',
  'a text': 'a',
  true: 'yes',
  infinity: '.inf',
  null: '~',
  'numbers that JSON has no form for': `a: [.nan, .inf]\nb: {z: .inf, a: -.inf}\n${right}`,
  'lists in one another, as deep as Go goes': `a: ${flow(9_999)}\n${right}`,
  'lists in one another, deeper': `a: ${flow(10_001)}\n${right}`,
  'lists in a map, one deeper than JSON goes': `a: ${flow(10_000)}\n${right}`,
  'lists in a map in a list, one deeper than JSON goes': `b: [${flow(9_998)}]\na: [{b: 1, a: {c: ${flow(9_996)}, b: ${flow(10)}}}]\nc: ${'{a: '.repeat(10_000)}${'}'.repeat(10_000)}\n${right}`,
  'maps in one another, as deep as JSON goes': blocks(300),
  'a few aliases': `a: &a [1]\nb: [${'*a,'.repeat(300)}*a]\n${right}`,
  'aliases that grow': bomb(7),
  'aliases that grow a little': `${bomb(2)}\n${right}`,
  'a kind in capitals': with_('kind:', 'KIND:'),
  'a kind in capitals that is another': with_('kind: Config', 'kind: Config\nKIND: List'),
  'a kind that is a number': with_('kind: Config', 'kind: 1'),
  'an apiVersion with a group': with_('apiVersion: v1', 'apiVersion: a/v1'),
  'an apiVersion of three parts': with_('apiVersion: v1', 'apiVersion: a/b/c'),
  'an apiVersion that is a slash': with_('apiVersion: v1', 'apiVersion: /'),
  'an apiVersion in the long s': with_('apiVersion: v1', 'apiVer\u017fion: v2'),
  'bytes as a list': with_('server: https://h.example.com:6443', 'server: https://h\n    certificate-authority-data: [1, 300]'),
  'an extension twice': `${right}extensions:\n- {name: a, extension: {b: 1}}\n- {name: a, extension: {b: 2}}\n`,
  'an empty extension twice': `${right}extensions:\n- {name: a}\n- {name: a}\n`,
  'a null user name': with_('    user: x', '    user: ~'),
  'an extra without a list, and nobody to be': with_('token: t', 'as-user-extra: {a: }'),
  'an extra without a list': with_('token: t', 'as: a\n    as-user-extra: {a: , b: [], c: [~]}'),
};

export const tableCases: readonly KubeconfigCase[] = Object.entries(texts).map(([name, text]) => ({
  name,
  context: 'x',
  kubeconfig: Buffer.from(text),
}));
