import { documentVersion } from '../base/domain.ts';
import { printable } from '../base/errors.ts';
import { shortList } from '../base/text.ts';
import type { Finding, Report } from '../checks/report.ts';
import { shownFindings } from '../checks/status.ts';
import type { NamedContext, Topology } from '../fleet/topology.ts';
import { configKey } from '../kube/key.ts';
import { shownUrl } from '../kube/kubeconfig/url.ts';
import { brokenWords, expiryOfStored, storedOf } from './client-configs.ts';
import { listed, span } from './layout.ts';
import { readState } from './read-state.ts';
import type { Style } from './style.ts';

/** The kinds that use contexts, and whether all of them were read. */
const usesAreKnown = ({ controlPlane: { clusters, replicatedSecrets, tasks } }: Report): boolean =>
  clusters.ok && replicatedSecrets.ok && tasks.ok;
const usersOf = ({ references }: NamedContext): readonly string[] =>
  [...new Set(references.map(({ name, datacenter }) => (datacenter === undefined ? name : `${name}/${datacenter}`)))].sort();
/** What the checks find of a context without dialling it, the gravest first. */
const findingsOf = ({ name }: NamedContext, report: Report) => shownFindings(report).filter(({ contexts }) => contexts.includes(name));
const messageFor = ({ details = [], message }: Finding, name: string): string =>
  details.find(({ context }) => context === name)?.message ?? message;
/** Codes of what is wrong with it, and a question mark for what could not be judged; an info is no problem. */
const codesOf = (context: NamedContext, report: Report, wide: boolean): string => {
  const codes = findingsOf(context, report).flatMap(({ code, severity }) => (severity === 'info' ? [] : [code]));
  const open = report.unknown.some(({ contexts, expected }) => contexts.includes(context.name) && expected !== true);
  const all = [...new Set(codes)];
  const shown = wide || all.length <= 2 ? all : [all[0], `+${all.length - 1}`];
  return [...shown, ...(open || !report.controlPlane.clientConfigs.ok ? ['?'] : [])].join(',') || '-';
};

/** The table of `contexts list`; `?` where something could not be read, which is not the same as `-`. */
export const contextTable = (topology: Topology, report: Report, style: Style, wide: boolean): string => {
  const isComplete = usesAreKnown(report);
  if (topology.contexts.length === 0)
    return topology.unread.length === 0 ? 'no contexts\n' : `no contexts among what could be read: ${missed(topology)}\n`;
  const head = ['NAME', 'PROVIDED-BY', 'READ', 'USED-BY', 'SERVER', ...(wide ? ['SECRET', 'EXPIRES'] : []), 'FINDINGS'];
  const rows = topology.contexts.map(context => {
    const [first, ...others] = context.providers;
    const kubeconfig = first === undefined ? undefined : storedOf(first);
    const placeholder = (
      first === undefined
        ? report.controlPlane.clientConfigs.ok
        : first.secret.ok && first.secret.value?.encrypted !== true
    )
      ? '-'
      : '?';
    const expires = expiryOfStored(kubeconfig);
    const users = usersOf(context);
    const more =
      others.length === 0 ? '' : wide ? ` (not ${others.map(({ config }) => configKey(config)).join(', ')})` : ` +${others.length}`;
    return [
      context.name,
      first === undefined ? placeholder : `${configKey(first.config)}${more}`,
      first === undefined ? placeholder : readState(first.loaded),
      users.length === 0 ? (isComplete ? '-' : '?') : `${wide ? users.join(',') : shortList(users, 2)}${isComplete ? '' : ', ?'}`,
      kubeconfig === undefined
        ? first?.stored?.ok === false
          ? brokenWords[first.stored.problem]
          : placeholder
        : shownUrl(kubeconfig.server),
      ...(wide
        ? [
            first?.config.spec?.kubeConfigSecret?.name ?? placeholder,
            expires === undefined
              ? placeholder
              : expires === 'never'
                ? 'never'
                : expires < report.startedAt
                  ? 'EXPIRED'
                  : span(expires - report.startedAt),
          ]
        : []),
      codesOf(context, report, wide),
    ].map(cell => printable(cell));
  });
  return `${listed([head, ...rows], wide ? undefined : style.columns, ['SERVER', 'READ', 'USED-BY']).join('\n')}\n`;
};
const missed = ({ unread }: Topology): string => shortList([...new Set(unread.map(({ what }) => printable(what)))]);

/** The same as a versioned list in the shape of a Kubernetes list, without any credential. */
export const contextList = (topology: Topology, report: Report): Readonly<Record<string, unknown>> => ({
  apiVersion: documentVersion,
  kind: 'ContextList',
  items: topology.contexts.map(context => {
    const [first] = context.providers;
    const kubeconfig = first === undefined ? undefined : storedOf(first);
    const expires = expiryOfStored(kubeconfig);
    return {
      metadata: { name: context.name },
      status: {
        providedBy: report.controlPlane.clientConfigs.ok
          ? context.providers.map(({ config, role }) => ({ namespace: config.metadata.namespace, name: config.metadata.name, role }))
          : null,
        loaded: first?.loaded ?? null,
        usedBy: usesAreKnown(report)
          ? context.references.map(({ kind, namespace, name, field, datacenter }) => ({
              kind,
              namespace,
              name,
              field,
              datacenter: datacenter ?? null,
            }))
          : null,
        server: kubeconfig === undefined ? null : shownUrl(kubeconfig.server),
        secret: first?.config.spec?.kubeConfigSecret?.name ?? null,
        expiresAt: typeof expires === 'number' ? new Date(expires).toISOString() : (expires ?? null),
        problems: findingsOf(context, report).flatMap(one =>
          one.severity === 'info' ? [] : [`${one.code} ${messageFor(one, context.name)}`],
        ),
        unknown: report.unknown.flatMap(({ contexts, expected, reason }) =>
          contexts.includes(context.name) && expected !== true ? [reason] : [],
        ),
      },
    };
  }),
  unread: topology.unread.map(({ what, why }) => ({ what, why })),
});
export const contextNames = ({ contexts }: Topology): string => contexts.map(({ name }) => `${printable(name)}\n`).join('');
