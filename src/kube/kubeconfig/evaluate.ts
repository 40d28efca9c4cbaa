import { certificatesOf } from '../golang/tls.ts';
import type { GoUrl } from '../golang/url.ts';
import { clientConfig, serverUrl } from './client-config.ts';
import { type Client, httpClientFault } from './http-client.ts';
import { type Loaded, load } from './load.ts';
import { accountFiles, filesOf } from './pod-files.ts';
import type { Surroundings } from './validate.ts';

/** What the operator makes of a kubeconfig: a client and what it dials, or the stage at which client-go gives up and its message. */
export type Evaluation =
  | { readonly stage: 'ok'; readonly client: Client; readonly url: GoUrl }
  | { readonly stage: 'load' | 'client' | 'url'; readonly message: string }
  | { readonly stage: 'config'; readonly problem: 'context-missing' | 'file' | 'invalid'; readonly message: string };

/**
 * The calls of k8ssandra-operator pkg/clientcache/cache.go GetRestConfig, then those of controller-runtime pkg/cluster/cluster.go New, in
 * their order. Nothing that the kubeconfig names is opened or run, and no input makes it throw.
 */
export const evaluate = (bytes: Uint8Array, contextName: string, around: Surroundings = unknownPod): Evaluation => {
  const config = load(bytes);
  return config.ok ? evaluateLoaded(config.value, contextName, around) : { stage: 'load', message: config.message };
};
/** The same of a kubeconfig that is loaded, and may have been changed since. */
export const evaluateLoaded = (loaded: Loaded, contextName: string, around: Surroundings): Evaluation => {
  const clientResult = clientConfig(loaded, contextName, around);
  if (!clientResult.ok) return { stage: 'config', problem: clientResult.problem, message: clientResult.message };
  const client = { ...clientResult.value, authorities: certificatesOf(clientResult.value.cluster.certificateAuthorityData) };
  const fault = httpClientFault(client, around);
  if (fault !== undefined) return { stage: 'client', message: fault };
  const { cluster, user } = client;
  const hasTls =
    cluster.insecureSkipTlsVerify ||
    [cluster.certificateAuthority, user.clientCertificate].some(path => path !== '') ||
    [cluster.certificateAuthorityData, user.clientCertificateData].some(data => data.length > 0);
  const server = serverUrl(client.host, client.isTls && hasTls, around.urls);
  return server.ok ? { stage: 'ok', client, url: server.url } : { stage: 'url', message: server.message };
};
/** Nothing is known of the operator's Deployment, nor of the Go release that it was built with. */
export const unknownPod: Surroundings = { files: filesOf(accountFiles), urls: { strictColons: false } };
