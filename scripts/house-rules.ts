import { posix } from 'node:path';
import { type Expression, parseSync, type Span, Visitor } from 'oxc-parser';
import { isSlow } from './expressions.ts';

interface Source {
  /** from the root of the repository, as `src/base/read.ts` */
  readonly path: string;
  readonly text: string;
}
export interface Breach {
  /** one line, the same until it is cured */
  readonly breach: string;
  readonly rule: string;
}
/** What may import what. */
interface House {
  /** from the ground up: a folder of src imports from its own floor and from those below */
  readonly floors: readonly string[];
  /** a house of its own on the ground floor, and who builds on it */
  readonly annex: { readonly name: string; readonly imports: readonly string[]; readonly importedBy: readonly string[] };
}
/** The house that the diagram of docs/architecture.md draws: one floor a line, the highest first, and the annex beside one of them. */
export const houseIn = (architecture: string): House => {
  const diagram = /^main\n(?:.*└ .*\n)+/m.exec(architecture)?.[0] ?? '';
  const lines = diagram.trimEnd().split('\n');
  const all = lines.map(line => line.match(/\w+/g) ?? []);
  const floors = all.flatMap(([name]) => (name === 'main' ? 'main.ts' : (name ?? []))).reverse();
  const beside = all.findIndex(names => names.length === 2);
  const name = all[beside]?.[1];
  if (floors.length < 2 || name === undefined) throw new Error('docs/architecture.md has no diagram of floors and an annex');
  const [ground = ''] = floors;
  return { floors, annex: { name, imports: [ground, name], importedBy: [name, ...floors.slice(floors.length - 1 - beside)] } };
};
/** Where a type is claimed that the compiler cannot know: what comes from outside is decoded by a codec, and never claimed to be anything. */
const claimants: Readonly<Record<string, string>> = {
  'src/base/codec.ts': 'a codec gives the type that its fields make up',
  'src/base/fields.ts': 'the fields that have a value, and their types',
  'src/kube/kubeconfig/go-json.ts': "the same for Go's structs",
  'src/kube/yaml/value.ts': 'yaml leaves the nodes of a parsed document untyped',
  'src/kube/api/exchange.ts': 'a callback of Node takes nothing beside an error',
  'src/checks/check.ts': 'a check gets what it needs, under one type in the table',
  'src/cli/parse.ts': 'yargs gives what its options say',
  'src/cli/run.ts': 'a command gets what its usage says, under one type in the table',
  'src/commands/completion/offers.ts': 'the same for the flags of every command',
};
/** What happened to a value and not what it is: of a constant, a noun says what it holds. A function may have such a name, and so may what is true or false. */
const participles = new Set(
  'found said told meant noted seen kept given asked taken known judged parsed chosen wanted written decoded mine ours theirs'.split(' '),
);
const linesOfFile = 250;
const linesOfFunction = 60;

/** All breaches of the rules in these files, by their paths. */
export const breaches = (sources: readonly Source[], house: House): readonly Breach[] => {
  const parsed = sources.map(source => ({ ...source, ...factsOf(source) }));
  return [
    ...parsed.flatMap(({ path, imports }) => imports.flatMap(target => upwards(house, path, target))),
    ...circles(new Map(parsed.map(({ path, imports }) => [path, imports]))),
    ...parsed.flatMap(({ path, text }) => {
      const lines = text.split('\n').length - 1;
      return lines > linesOfFile ? [{ breach: `long file ${path}`, rule: `${lines} lines; a file has at most ${linesOfFile}` }] : [];
    }),
    ...parsed.flatMap(({ path, functions }) =>
      functions
        .filter(({ lines }) => lines > linesOfFunction)
        .map(({ name, lines }) => ({
          breach: `long function ${path} ${name}`,
          rule: `${lines} lines; a function has at most ${linesOfFunction}`,
        })),
    ),
    ...parsed.flatMap(({ path, expressions }) =>
      expressions
        .filter(({ pattern, flags }) => isSlow(pattern, flags))
        .map(({ pattern }) => ({
          breach: `slow expression ${path} /${pattern}/`,
          rule: 'its time grows faster than the text: anchor it, or use withoutEnd of base/text.ts, or a loop',
        })),
    ),
    ...parsed.flatMap(({ path, vague }) =>
      vague.map(name => ({ breach: `name ${path} ${name}`, rule: 'a constant is named by a noun: say what it holds' })),
    ),
    ...twice(parsed),
    ...parsed.flatMap(({ path, composed }) =>
      composed === 0 || composers.includes(path)
        ? []
        : [{ breach: `composed expression ${path}`, rule: 'write it as a literal, which this looks at' }],
    ),
    ...parsed.flatMap(({ path, claims }) =>
      Object.hasOwn(claimants, path) ? [] : claims.map(claim => ({ breach: `cast ${path} ${claim}`, rule: 'decode it with a codec' })),
    ),
  ];
};

/** Names that two files export. The usage of a command is called as the command is, and imported as a part of its file. */
const twice = (parsed: readonly { readonly path: string; readonly exported: readonly string[] }[]): readonly Breach[] => {
  const all = parsed.flatMap(({ path, exported }) => (path.endsWith('/usage.ts') ? [] : exported.map(name => ({ name, path }))));
  return [...Map.groupBy(all, ({ name }) => name)].flatMap(([name, places]) =>
    places.length < 2
      ? []
      : [
          {
            breach: `name ${name} of ${places.map(({ path }) => path).join(' and ')}`,
            rule: 'what is exported has a name of its own in src/',
          },
        ],
  );
};

interface Pattern {
  readonly pattern: string;
  readonly flags: string;
}
/** Expressions that are put together while the program runs: of texts of ours alone, each of them one that a literal may hold. */
const composers: readonly string[] = ['src/kube/api/pieces.ts', 'src/kube/kinds.ts'];

interface Facts {
  /** paths of src that it imports from, types and late imports too */
  readonly imports: readonly string[];
  readonly functions: readonly { readonly name: string; readonly lines: number }[];
  /** each `as T`, `<T>` and `!` but `as const` */
  readonly claims: readonly string[];
  readonly expressions: readonly Pattern[];
  readonly exported: readonly string[];
  /** constants that are named by a participle or a pronoun */
  readonly vague: readonly string[];
  /** calls of RegExp */
  readonly composed: number;
}
const factsOf = ({ path, text }: Source): Facts => {
  const { program, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const specifiers: string[] = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? [])),
    ...module.dynamicImports.map(({ moduleRequest }) => text.slice(moduleRequest.start + 1, moduleRequest.end - 1)),
  ];
  const functions: { name: string; lines: number }[] = [];
  const expressions: Pattern[] = [];
  let composed = 0;
  let named = '';
  const claims: string[] = [];
  const vague: string[] = [];
  const claim = ({ start, end }: Span): void => {
    const claimed = text.slice(start, end).replaceAll(/\s+/g, ' ');
    if (!claimed.endsWith(' as const')) claims.push(claimed);
  };
  const note = ({ start, end }: Span): void => {
    functions.push({ name: named, lines: text.slice(start, end).split('\n').length });
  };
  new Visitor({
    Literal: node => {
      if ('regex' in node) expressions.push(node.regex);
    },
    NewExpression: ({ callee }) => {
      if (callee.type === 'Identifier' && callee.name === 'RegExp') composed++;
    },
    CallExpression: ({ callee }) => {
      if (callee.type === 'Identifier' && callee.name === 'RegExp') composed++;
    },
    TSAsExpression: claim,
    TSTypeAssertion: claim,
    TSNonNullExpression: claim,
    TSImportType: ({ source }) => void specifiers.push(String(source.value)),
    VariableDeclarator: ({ id, init }) => {
      if (id.type !== 'Identifier') return;
      named = id.name;
      if (participles.has(named) && (init === null || !isVerbOrTruth(init))) vague.push(named);
    },
    MethodDefinition: ({ key }) => {
      if (key.type === 'Identifier') named = key.name;
    },
    FunctionDeclaration: node => {
      named = node.id?.name ?? named;
      note(node);
    },
    FunctionExpression: note,
    ArrowFunctionExpression: note,
  }).visit(program);
  const own = specifiers.filter(specifier => specifier.startsWith('.')).map(specifier => posix.join(posix.dirname(path), specifier));
  const exported = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ exportName, moduleRequest }) => (moduleRequest === null && exportName.name !== null ? [exportName.name] : [])),
  );
  return { imports: [...new Set(own)], functions, claims, expressions, composed, vague, exported: [...new Set(exported)] };
};
/** A function, or what is true or false by its form. */
const isVerbOrTruth = (init: Expression): boolean => {
  switch (init.type) {
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return true;
    case 'UnaryExpression':
      return init.operator === '!';
    case 'BinaryExpression':
      return /^(?:[!=]==?|[<>]=?|in|instanceof)$/.test(init.operator);
    case 'LogicalExpression':
      return isVerbOrTruth(init.left) && isVerbOrTruth(init.right);
    case 'CallExpression':
      return (
        init.callee.type === 'MemberExpression' && init.callee.property.type === 'Identifier' && truths.test(init.callee.property.name)
      );
    default:
      return false;
  }
};
const truths = /^(?:some|every|includes|has|hasOwn|test|startsWith|endsWith|equals)$/;

const floorOf = (path: string): string => path.split('/')[1] ?? '';
const upwards = ({ floors, annex }: House, path: string, target: string): readonly Breach[] => {
  const [from, to] = [floorOf(path), floorOf(target)];
  const breach = `import ${path} -> ${target}`;
  const { name, imports, importedBy } = annex;
  if (from === name || to === name) {
    if (from === name && !imports.includes(to)) return [{ breach, rule: `src/${name} imports from ${imports.join(' and ')} alone` }];
    if (to === name && !importedBy.includes(from)) return [{ breach, rule: `src/${name} is for ${importedBy.join(', ')}` }];
    return [];
  }
  const [own, other] = [floors.indexOf(from), floors.indexOf(to)];
  if (own < 0) return [{ breach: `floor ${path}`, rule: `src/${from} is no floor of the house: ${floors.join(' < ')}` }];
  return other > own || other < 0 ? [{ breach, rule: `imports go down: ${floors.join(' < ')}` }] : [];
};

/** One breach for each pair of files that reach one another, told at the import that closes the circle. */
const circles = (imports: ReadonlyMap<string, readonly string[]>): readonly Breach[] => {
  const found: Breach[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const circle = trail.slice(at);
      // Begun at its first name, so that it is the same wherever the search came in.
      const first = circle.indexOf([...circle].sort()[0] ?? '');
      found.push({
        breach: `circle ${[...circle.slice(first), ...circle.slice(0, first)].join(' -> ')}`,
        rule: 'no file imports itself by way of others, types included',
      });
      return;
    }
    if (done.has(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return found;
};
