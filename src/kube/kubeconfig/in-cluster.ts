import { isIP } from 'node:net';
import type { IO } from '../../base/io.ts';

/** Where the kubelet puts what a pod needs to talk to its own cluster; client-go rest/config.go InClusterConfig. */
const folder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The cluster of the pod that this program runs in, as the entries of a kubeconfig would say it. */
export interface InCluster {
  readonly name: string;
  readonly cluster: Readonly<Record<string, string>>;
  readonly user: Readonly<Record<string, string>>;
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
    cluster: { server: `https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`, 'certificate-authority': `${folder}/ca.crt` },
    // The kubelet writes a new token before the old one ends.
    user: { tokenFile: `${folder}/token` },
    userName: 'in-cluster',
    namespace: podNamespace || (await text('namespace')) || 'default',
  };
};
