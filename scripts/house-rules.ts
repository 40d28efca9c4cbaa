import { posix } from 'node:path';
import { parseSync, type Span, Visitor } from 'oxc-parser';

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
/** From the ground up: a folder of src imports from its own floor and from those below. */
const floors = ['base', 'kube', 'operator', 'fleet', 'checks', 'plan', 'output', 'commands', 'main.ts'];
/** The command line is a house of its own on the ground floor; who has commands to offer builds on it. */
const cli = { name: 'cli', imports: ['base', 'cli'], importedBy: ['cli', 'commands', 'main.ts'] };
const linesOfFile = 250;
const linesOfFunction = 60;

/** All breaches of the rules in these files, by their paths. */
export const breaches = (sources: readonly Source[]): readonly Breach[] => {
  const parsed = sources.map(source => ({ ...source, ...factsOf(source) }));
  return [
    ...parsed.flatMap(({ path, imports }) => imports.flatMap(target => upwards(path, target))),
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
  ];
};

interface Facts {
  /** paths of src that it imports from, types and late imports too */
  readonly imports: readonly string[];
  readonly functions: readonly { readonly name: string; readonly lines: number }[];
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
  let named = '';
  const note = ({ start, end }: Span): void => {
    functions.push({ name: named, lines: text.slice(start, end).split('\n').length });
  };
  new Visitor({
    TSImportType: ({ source }) => void specifiers.push(String(source.value)),
    VariableDeclarator: ({ id }) => {
      if (id.type === 'Identifier') named = id.name;
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
  return { imports: [...new Set(own)], functions };
};

const floorOf = (path: string): string => path.split('/')[1] ?? '';
const upwards = (path: string, target: string): readonly Breach[] => {
  const [from, to] = [floorOf(path), floorOf(target)];
  const breach = `import ${path} -> ${target}`;
  if (from === cli.name || to === cli.name) {
    if (from === cli.name && !cli.imports.includes(to))
      return [{ breach, rule: `src/cli imports from ${cli.imports.join(' and ')} alone` }];
    if (to === cli.name && !cli.importedBy.includes(from)) return [{ breach, rule: `src/cli is for ${cli.importedBy.join(', ')}` }];
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
