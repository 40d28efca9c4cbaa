import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { rightsWanted } from '../src/operator/rights.ts';

/**
 * Makes src/operator/releases.json from a clone of the operator's repository, whose git directory is the one argument: facts of each
 * release's own files, and none of its code. The last tag of each minor release counts, from the first that is still met in the field.
 */
const [, , gitDir] = process.argv;
if (gitDir === undefined) throw new Error('name the git directory of a clone of the operator: node scripts/operator-releases.ts PATH');
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['--git-dir', gitDir, ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
const show = (tag: string, path: string): string => git('show', `${tag}:${path}`);
const files = (tag: string, folder: string): readonly string[] =>
  git('ls-tree', '-r', '--name-only', tag, folder)
    .split('\n')
    .filter(name => name !== '');

const firstMinor = 10;
const tags = git('tag')
  .split('\n')
  .flatMap(tag => {
    const [, minor, patch] = /^v1\.(\d+)\.(\d+)$/.exec(tag) ?? [];
    return minor === undefined || Number(minor) < firstMinor ? [] : [{ tag, minor: Number(minor), patch: Number(patch) }];
  })
  .sort((a, b) => a.minor - b.minor || a.patch - b.patch);
const last = [...Map.groupBy(tags, ({ minor }) => minor).values()].flatMap(same => same.slice(-1));

const moduleVersion = (goMod: string, name: string): string => {
  const found = new RegExp(`^\\s*(?:require )?${name.replaceAll('.', '\\.')} v(\\S+)`, 'm').exec(goMod)?.[1];
  if (found === undefined) throw new Error(`go.mod names no ${name}`);
  return found;
};
interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}
interface Role {
  readonly kind: string;
  readonly rules: readonly PolicyRule[];
}
/** Verbs that its own role grants, by `resource.group`. */
const roleOf = (tag: string): Readonly<Record<string, string>> => {
  const verbs = new Map<string, Set<string>>();
  const roles = parseAllDocuments(show(tag, 'config/rbac/role.yaml')).map(document => document.toJS() as Role);
  for (const { apiGroups, resources, verbs: some } of roles.flatMap(({ rules }) => rules))
    for (const group of apiGroups)
      for (const resource of resources) {
        const key = group === '' ? resource : `${resource}.${group}`;
        verbs.set(key, new Set([...(verbs.get(key) ?? []), ...some]));
      }
  return Object.fromEntries([...verbs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, some]) => [key, [...some].sort().join(' ')]));
};
/** Resources of which the program asks for rights. */
const used = new Set(rightsWanted.map(({ group, resource }) => (group === '' ? resource : `${resource}.${group}`)));
const plurals: Readonly<Record<string, string>> = { Endpoints: 'endpoints', EndpointSlice: 'endpointslices' };
const plural = (kind: string): string => plurals[kind] ?? `${kind.toLowerCase()}s`;
const kindsIn = (text: string, pattern: RegExp): readonly string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, kind = '']) => plural(kind)))].sort();

/** Its own CRDs but that of the ClientConfig, which ends it in another way, as `plural.group`. */
const crdsOf = (tag: string): readonly string[] =>
  files(tag, 'config/crd/bases').flatMap(path => {
    const [, group, name] = /([^/]+)_([^/]+)\.yaml$/.exec(path) ?? [];
    return group === undefined || name === 'clientconfigs' ? [] : [`${name}.${group}`];
  });
/** What is read of a release, the same for all that differ in nothing of it. */
const factsOf = (tag: string) => {
  const goMod = show(tag, 'go.mod');
  const controllers = files(tag, 'controllers').filter(path => path.endsWith('.go') && !path.endsWith('_test.go'));
  const source = controllers.map(path => show(tag, path)).join('\n');
  const role = roleOf(tag);
  const readsImageConfig = show(tag, 'main.go').includes('setupImageRegistry(');
  const remote = kindsIn(source, /source\.(?:Kind|NewKindWithCache)\(\s*(?:c\.GetCache\(\),\s*)?&\w+\.(\w+)\{\}/g);
  const local = kindsIn(source, /\b(?:For|Owns)\(&\w+\.(\w+)\{\}/g);
  return {
    /** the kinds that it watches in every remote cluster before it works */
    remote,
    /** CRDs that it watches in its own cluster */
    crds: [...crdsOf(tag), 'cassandradatacenters.cassandra.datastax.com', 'cassandratasks.control.k8ssandra.io'].filter(name =>
      [...remote, ...local].includes(name.replace(/\..*$/, '')),
    ),
    imageConfig: readsImageConfig,
    /** up to cass-operator 1.28 it goes without one when no ConfigMap has the label; pkg/images NewImageRegistryFromConfigMap */
    imageConfigOptional: readsImageConfig && Number(/^1\.(\d+)/.exec(moduleVersion(goMod, 'github.com/k8ssandra/cass-operator'))?.[1]) < 29,
    controllerRuntime: moduleVersion(goMod, 'sigs.k8s.io/controller-runtime').replace(/\.\d+$/, ''),
    /** the Go that its image is built with */
    go: /^FROM .*golang:(\d+\.\d+)/m.exec(show(tag, 'Dockerfile'))?.[1] ?? '',
    clientGo: moduleVersion(goMod, 'k8s.io/client-go').replace(/\.\d+$/, ''),
    role: Object.fromEntries(Object.entries(role).filter(([key]) => used.has(key))),
  };
};
/** What no tag has yet; its minor is the one to come. */
const unreleased = { tag: 'HEAD', minor: (last.at(-1)?.minor ?? 0) + 1 };
const rows = [...last, unreleased].map(({ tag, minor }) => ({ minor, tag, facts: JSON.stringify(factsOf(tag)) }));
const ranges = rows.reduce<{ from: number; tags: string[]; facts: string }[]>((all, { minor, tag, facts }) => {
  const before = all.at(-1);
  const name = tag === 'HEAD' ? `main (${git('rev-parse', '--short=8', 'HEAD').trim()})` : tag;
  if (before?.facts === facts) before.tags.push(name);
  else all.push({ from: minor, tags: [name], facts });
  return all;
}, []);
const lines = ranges.map(({ from, tags: names, facts }) => `  ${JSON.stringify({ from, tags: names, ...(JSON.parse(facts) as object) })}`);
writeFileSync(join(import.meta.dirname, '../src/operator/releases.json'), `[\n${lines.join(',\n')}\n]\n`);
console.log(ranges.map(({ from, tags: names }) => `1.${from}: ${names.join(' ')}`).join('\n'));
