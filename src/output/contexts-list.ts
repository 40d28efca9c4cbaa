import { documentVersion } from '../base/domain.ts';
import { printable } from '../base/errors.ts';
import type { Inventory } from '../fleet/inventory.ts';
import { configKey } from '../kube/key.ts';
import { expiryOfStored, storedOf } from './client-configs.ts';
import { safeUrl } from './facts.ts';
import { judgeContext, judgeProvider, judgeSecret, judgeStoredServer, type NamedContext, type Topology } from './graph/topology.ts';
import { fitted, shortList, span } from './layout.ts';
import type { Style } from './style.ts';

/** The kinds that use contexts, and whether all of them were read. */
const usesAreKnown = ({ controlPlane: { clusters, replicatedSecrets, tasks } }: Inventory): boolean =>
  clusters.ok && replicatedSecrets.ok && tasks.ok;
const usersOf = ({ references }: NamedContext): readonly string[] =>
  [...new Set(references.map(({ name, datacenter }) => (datacenter === undefined ? name : `${name}/${datacenter}`)))].sort();
/** What is wrong with a context, the gravest first; facts that need no dialling. */
const problemsOf = (context: NamedContext, inventory: Inventory): readonly string[] => {
  const [first] = context.providers;
  const judged = [
    judgeContext(context, inventory),
    ...context.providers.map(one => judgeProvider(one, first)),
    ...(first === undefined ? [] : [judgeSecret(first), judgeStoredServer(first.stored, inventory.now)]),
  ];
  return (['error', 'warning', 'unknown'] as const).flatMap(status =>
    judged.filter(one => one.status === status).flatMap(one => one.notes),
  );
};

/** The table of `contexts list`; `?` where something could not be read, which is not the same as `-`. */
export const contextTable = (topology: Topology, inventory: Inventory, style: Style, wide: boolean): string => {
  const known = usesAreKnown(inventory);
  if (topology.contexts.length === 0)
    return topology.unread.length === 0 ? 'no contexts\n' : `no contexts among what could be read: ${missed(topology)}\n`;
  const head = ['NAME', 'PROVIDED-BY', 'LOADED', 'USED-BY', 'SERVER', ...(wide ? ['SECRET', 'EXPIRES'] : [])];
  const rows = topology.contexts.map(context => {
    const [first, ...others] = context.providers;
    const stored = first === undefined ? undefined : storedOf(first);
    const broken = (
      first === undefined
        ? inventory.controlPlane.clientConfigs.ok
        : first.secret.ok && first.secret.value?.encrypted !== true
    )
      ? '-'
      : '?';
    const expires = expiryOfStored(stored);
    const users = usersOf(context);
    const more =
      others.length === 0 ? '' : wide ? ` (not ${others.map(({ config }) => configKey(config)).join(', ')})` : ` +${others.length}`;
    return [
      context.name,
      first === undefined ? broken : `${configKey(first.config)}${more}`,
      first === undefined ? broken : (first.loaded ?? '?'),
      users.length === 0 ? (known ? '-' : '?') : `${wide ? users.join(',') : shortList(users, 2)}${known ? '' : ', ?'}`,
      stored === undefined ? (first?.stored?.ok === false ? `broken: ${first.stored.problem}` : broken) : safeUrl(stored.server),
      ...(wide
        ? [
            first?.config.spec?.kubeConfigSecret?.name ?? broken,
            expires === undefined
              ? broken
              : expires === 'never'
                ? 'never'
                : expires < inventory.now
                  ? 'EXPIRED'
                  : span(expires - inventory.now),
          ]
        : []),
    ].map(cell => printable(cell));
  });
  return `${fitted([head, ...rows], wide ? undefined : style.columns, ['SERVER', 'LOADED', 'USED-BY']).join('\n')}\n`;
};
const missed = ({ unread }: Topology): string => shortList([...new Set(unread.map(({ what }) => printable(what)))]);

/** The same as a versioned list in the shape of a Kubernetes list, without any credential. */
export const contextList = (topology: Topology, inventory: Inventory): Readonly<Record<string, unknown>> => ({
  apiVersion: documentVersion,
  kind: 'ContextList',
  items: topology.contexts.map(context => {
    const [first] = context.providers;
    const stored = first === undefined ? undefined : storedOf(first);
    const expires = expiryOfStored(stored);
    return {
      metadata: { name: context.name },
      status: {
        providedBy: inventory.controlPlane.clientConfigs.ok
          ? context.providers.map(({ config, role }) => ({ namespace: config.metadata.namespace, name: config.metadata.name, role }))
          : null,
        loaded: first?.loaded ?? null,
        usedBy: usesAreKnown(inventory)
          ? context.references.map(({ kind, namespace, name, field, datacenter }) => ({
              kind,
              namespace,
              name,
              field,
              datacenter: datacenter ?? null,
            }))
          : null,
        server: stored === undefined ? null : safeUrl(stored.server),
        secret: first?.config.spec?.kubeConfigSecret?.name ?? null,
        expiresAt: typeof expires === 'number' ? new Date(expires).toISOString() : (expires ?? null),
        problems: problemsOf(context, inventory),
      },
    };
  }),
  unread: topology.unread.map(({ what, why }) => ({ what, why })),
});
export const contextNames = ({ contexts }: Topology): string => contexts.map(({ name }) => `${printable(name)}\n`).join('');
