import { type ServedKind, servedKinds } from './kinds.ts';
import { pageNotFound, type Reply } from './reply.ts';

const builtInVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const customVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const verbsOf = ({ custom, plural }: ServedKind): readonly string[] =>
  custom ? customVerbs : builtInVerbs.filter(verb => plural !== 'namespaces' || verb !== 'deletecollection');
const singular = ({ kind }: ServedKind): string => kind.toLowerCase();
/** The groups that have no kinds here, and are asked for all the same. */
const reviewGroups = ['authentication.k8s.io', 'authorization.k8s.io'];
const version = (group: string, name: string) => ({ groupVersion: `${group}/${name}`, version: name });

/** What the paths under `/api` and `/apis` answer that lead to no resource; `undefined` for any other path. */
export const discovery = (path: string, accept: string, minor: number, without: ReadonlySet<string>): Reply | undefined => {
  const kinds = servedKinds.filter(({ plural }) => !without.has(plural));
  const groups = Map.groupBy(
    kinds.filter(({ group }) => group !== ''),
    ({ group }) => group,
  );
  const [, root, first, second, more] = path.split('/');
  if (more !== undefined || (root !== 'api' && root !== 'apis')) return undefined;
  if (root === 'api') {
    if (first === undefined) return ok({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
    return second === undefined
      ? first === 'v1'
        ? ok(
            resourceList(
              'v1',
              kinds.filter(({ group }) => group === ''),
            ),
          )
        : pageNotFound
      : undefined;
  }
  if (first === undefined) return groupsAnswer(groups, accept, minor);
  const found = groups.get(first);
  if (second === undefined)
    return found === undefined ? pageNotFound : ok({ kind: 'APIGroup', apiVersion: 'v1', ...groupOf(first, found) });
  const served = found?.filter(one => one.version === second) ?? [];
  return served.length === 0 ? pageNotFound : ok(resourceList(`${first}/${second}`, served));
};
const ok = (body: unknown): Reply => ({ status: 200, body });

const groupOf = (name: string, kinds: readonly ServedKind[]) => {
  const versions = [...new Set(kinds.map(kind => kind.version))].map(one => version(name, one));
  return { name, versions, preferredVersion: versions[0] };
};
const resourceList = (groupVersion: string, kinds: readonly ServedKind[]) => ({
  kind: 'APIResourceList',
  ...(groupVersion === 'v1' ? {} : { apiVersion: 'v1' }),
  groupVersion,
  resources: kinds.flatMap(kind => [
    {
      name: kind.plural,
      singularName: singular(kind),
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: verbsOf(kind),
      ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    },
    ...(kind.status ? [subresource(kind, 'status', ['get', 'patch', 'update'])] : []),
    ...kind.subresources.map(name => subresource(kind, name, name === 'token' ? ['create'] : ['get'])),
  ]),
});
/** What is sent there is of another kind. */
const otherKinds: Readonly<Record<string, object>> = {
  token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
  proxy: { kind: 'PodProxyOptions' },
};
const subresource = (kind: ServedKind, name: string, verbs: readonly string[]) => ({
  name: `${kind.plural}/${name}`,
  singularName: '',
  namespaced: kind.namespaced,
  kind: kind.kind,
  ...otherKinds[name],
  verbs,
});

/** Aggregated for who accepts it: v2 since Kubernetes 1.30, v2beta1 from 1.27 on; else the names of the groups alone. */
const groupsAnswer = (groups: ReadonlyMap<string, readonly ServedKind[]>, accept: string, minor: number): Reply => {
  const offered = minor >= 30 ? ['v2', 'v2beta1'] : minor >= 27 ? ['v2beta1'] : [];
  const asked = offered.find(one => accept.includes(`v=${one};as=APIGroupDiscoveryList`));
  if (asked === undefined) {
    const reviews = reviewGroups.map(name => ({ name, versions: [version(name, 'v1')], preferredVersion: version(name, 'v1') }));
    return ok({
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: [...reviews, ...[...groups].map(([name, kinds]) => groupOf(name, kinds))],
    });
  }
  const items = [...groups].map(([name, kinds]) => ({
    metadata: { name },
    versions: [...Map.groupBy(kinds, kind => kind.version)].map(([one, of]) => ({
      version: one,
      resources: of.map(kind => aggregated(kind)),
      freshness: 'Current',
    })),
  }));
  const headers = { 'Content-Type': `application/json;g=apidiscovery.k8s.io;v=${asked};as=APIGroupDiscoveryList` };
  return { ...ok({ kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${asked}`, metadata: {}, items }), headers };
};
const aggregated = (kind: ServedKind) => {
  const responseKind = { group: kind.custom ? kind.group : '', version: kind.custom ? kind.version : '', kind: kind.kind };
  return {
    resource: kind.plural,
    responseKind,
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular(kind),
    verbs: verbsOf(kind),
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.status ? { subresources: [{ subresource: 'status', responseKind, verbs: ['get', 'patch', 'update'] }] } : {}),
  };
};
