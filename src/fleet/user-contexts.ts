import { annotation } from '../kube/annotations.ts';
import { sameServer, serverKey, shownUrl } from '../kube/kubeconfig/url.ts';
import type { UserKubeconfig } from '../kube/kubeconfig/user.ts';
import { cluster as clusterType } from '../kube/kubeconfig/v1.ts';
import type { ContextState, ControlPlane, UserContext } from './inventory.ts';

/** More contexts than this are no help to choose from. */
const choices = 8;
/**
 * The user's contexts that bear on this control plane: those of a stored server, of a recorded or a used name; and, for a context whose
 * data plane is not known, some of those that no ClientConfig leads to. Of the rest of a kubeconfig nothing is kept.
 */
export const userContextsOf = (
  config: Pick<UserKubeconfig, 'contexts' | 'clusters'>,
  { server: own, stored }: Pick<ControlPlane, 'server' | 'stored'>,
  contexts: readonly ContextState[],
): readonly UserContext[] => {
  const all = [...config.contexts.keys()].sort().flatMap(name => {
    const { server, tlsServerName, proxyUrl } = config.clusters.get(config.contexts.get(name)?.cluster ?? '') ?? clusterType.zero;
    return server === ''
      ? []
      : [
          {
            name,
            server: shownUrl(server),
            ...(tlsServerName === '' ? {} : { tlsServerName }),
            ...(proxyUrl === '' ? {} : { proxyUrl: shownUrl(proxyUrl) }),
          },
        ];
  });
  const servers = new Set([...stored.values()].flatMap(one => (one.ok ? [serverKey(one.value.server)] : [])));
  servers.delete(undefined);
  const names = new Set(
    contexts.flatMap(({ name, secret }) => [name, (secret.ok ? secret.value?.annotations[annotation.sourceContext] : undefined) ?? name]),
  );
  const bears = (one: UserContext): boolean => names.has(one.name) || servers.has(serverKey(one.server));
  const orphaned = contexts.some(({ stored: kubeconfig }) => kubeconfig?.ok !== true);
  const others = all.filter(one => !bears(one) && !sameServer(one.server, own));
  return [...all.filter(bears), ...(orphaned ? others.slice(0, choices) : [])];
};
