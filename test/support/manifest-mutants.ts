import { pick, type Random, randomOf } from './random.ts';

/** Manifests in YAML, each with one to five places changed: texts, types, anchors, merges, tags, quotes, indentation, separators. */
export const manifestMutants = (count: number, seed: number): readonly string[] => {
  const random = randomOf(seed);
  return Array.from({ length: count }, () => mutant(random));
};

const right = [
  'apiVersion: config.k8ssandra.io/v1beta1',
  'kind: ClientConfig',
  'metadata:',
  '  name: east',
  '  labels: {app: a, "b": c}',
  '  annotations:',
  "    note: 'it''s'",
  '    text: |',
  '      a: 1',
  '',
  '      b',
  '    folded: >-',
  '      one',
  '      two',
  'spec:',
  '  contextName: "east"',
  '  list:',
  '  - a',
  '  - {x: 1, y: [1, 2]}',
  '  -   deep:',
  '        - - 1',
  '          - 2',
  '  base: &base',
  '    size: 3',
  '    k: v',
  '  dc:',
  '    <<: *base',
  '    size: 4',
  '  last: plain text',
];
const values = [
  ...['no', 'Yes', 'on', '~', 'null', 'NULL', '', '0x1F', '017', '0o17', '08', '1_000', '1e3', '.5', '-.5', '+1', '1.', '.inf', '.nan'],
  ...['0b11', '-0', '1e400', '9223372036854775808', '18446744073709551616', '12:30:45', '2001-01-01', '2001-01-01T00:00:00Z', '<<', '='],
  ...['a: b', 'a :b', 'a #b', 'a#b', ':a', '-a', '- a', '?a', '? a', '@a', '`a', '%a', '!a', '! a', '!!str 5', '!!int "3"', '!!int x'],
  ...[
    '!!float 3',
    '!!bool yes',
    '!!bool x',
    '!!binary aGk=',
    '!!binary x',
    '!!null ""',
    '!!set {a, b}',
    '!<tag:yaml.org,2002:str> 1',
    '!e!x 1',
  ],
  ...[
    '&a x',
    '&a {b: c}',
    '&a [*a]',
    '*base',
    '*none',
    '[*base, *base]',
    '{<<: *base}',
    '{<<: [*base, {z: 1}]}',
    '{<<: 1}',
    '{"<<": *base}',
  ],
  ...[
    '{a, b: }',
    '{a: 1, a: 2}',
    '[a, b: c]',
    '[a,, b]',
    '{? a : b}',
    '[',
    '{a: ',
    '"',
    "'",
    '"\\x41\\u00e9\\n"',
    '"\\z"',
    '"a\\',
    "'a''b'",
  ],
  ...[
    '"a\n  b"',
    '"a\n\n   b\\\n   c"',
    "'a\n  b'",
    'a\n    b',
    '|\n    a\n     b',
    '|2-\n    a',
    '>\n    a\n    b\n\n    c',
    '|+\n    a\n\n',
    '|0\n    a',
  ],
  ...['{1: a}', '{1.5: a}', '{true: a}', '{~: a}', '{[a]: b}', '{-0x1: a}', '{18446744073709551615: a}', '{2001-01-01: a}', '{.inf: a}'],
  ...['é', '日本', '\u{1f600}', '\u00a0', '\u0085', '\u2028', '\ufeff', 'a\tb', '\ta', 'a\t# b', '"\t"', '\u007f', '\u0007'],
];
const lines = [
  ...['---', '--- # c', '--- a', '---a', '...', '... # c', '%YAML 1.1', '%YAML 1.2', '%TAG !e! tag:x,2000:', '%FOO', '# c', '  # c', '\t'],
  ...['<<: *base', '<<: {a: 1}', '  <<: *base', '? x', ': y', '? [a]', '- a', '  - a', '    - a', 'a: 1', '  a: 1', '\ta: 1', 'a', 'é: é'],
  ...[
    '"k": v',
    "'k': v",
    '1: v',
    'no: v',
    '~: v',
    '*base : v',
    '&x k: v',
    '!!str 1: v',
    'k: &x',
    'k: !!str',
    'k: |',
    'k: >-',
    '[a]: b',
    '{a: b}: c',
  ],
];
const bits = [
  ' ',
  '  ',
  '\t',
  ':',
  ': ',
  '#',
  ' #',
  '-',
  '- ',
  ',',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '&a ',
  '*a',
  '!',
  '|',
  '>',
  '\\',
  '\n',
  '\r\n',
  '?',
  '%',
  'é',
];

const mutant = (random: Random): string => {
  const text = [...right];
  for (let left = 1 + random(4); left > 0; left--) pick(random, changes)(text, random);
  return `${text.join(random(30) === 0 ? '\r\n' : '\n')}${random(8) === 0 ? '' : '\n'}`;
};
const changes: readonly ((text: string[], random: Random) => void)[] = [
  (text, random) => {
    const at = random(text.length);
    const line = text[at] ?? '';
    const colon = line.indexOf(': ');
    text[at] = colon < 0 ? `${line} ${pick(random, values)}` : `${line.slice(0, colon)}: ${pick(random, values)}`;
  },
  (text, random) => void text.splice(random(text.length + 1), 0, pick(random, lines)),
  (text, random) => void text.splice(random(text.length), 1),
  (text, random) => {
    const at = random(text.length);
    text.splice(random(text.length), 0, text[at] ?? '');
  },
  (text, random) => {
    const at = random(text.length);
    const line = text[at] ?? '';
    text[at] = random(2) === 0 ? ` ${line}` : line.slice(1);
  },
  (text, random) => {
    const at = random(text.length);
    const line = text[at] ?? '';
    const place = random(line.length + 1);
    text[at] =
      random(3) === 0 ? line.slice(0, place) + line.slice(place + 1) : line.slice(0, place) + pick(random, bits) + line.slice(place);
  },
];
