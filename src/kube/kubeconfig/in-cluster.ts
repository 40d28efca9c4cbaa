import { isIP } from 'node:net';
import type { IO } from '../../base/io.ts';
import { type Cluster, cluster as clusterType, type User, user as userType } from './v1.ts';

/** Where the kubelet puts what a pod needs to talk to its own cluster; client-go rest/config.go InClusterConfig. */
const folder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The cluster of the pod that this program runs in, as the entries of a kubeconfig would say it. */
export interface InCluster {
  readonly name: string;
  readonly cluster: Cluster;
  readonly clusterName: string;
  readonly user: User;
  readonly userName: string;
  readonly namespace: string;
}
/** The service account of this pod; none outside of one. Source: clientcmd client_config.go inClusterClientConfig. */
export const inCluster = async ({ env, readFile }: Pick<IO, 'env' | 'readFile'>): Promise<InCluster | undefined> => {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '', POD_NAMESPACE: podNamespace = '' } = env;
  const text = (name: string): Promise<string | undefined> =>
    readFile(`${folder}/${name}`).then(
      content => content.trim(),
      () => undefined,
    );
  if (host === '' || port === '' || (await text('token')) === undefined) return undefined;
  return {
    name: 'in-cluster',
    cluster: {
      ...clusterType.zero,
      server: `https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
      certificateAuthority: `${folder}/ca.crt`,
    },
    clusterName: 'in-cluster',
    // The kubelet writes a new token before the old one ends.
    user: { ...userType.zero, tokenFile: `${folder}/token` },
    userName: 'in-cluster',
    namespace: podNamespace || (await text('namespace')) || 'default',
  };
};
