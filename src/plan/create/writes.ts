import type { Credential } from '../../base/credential.ts';
import { annotation, managedBy } from '../../kube/annotations.ts';
import type { Connection, Limits } from '../../kube/api/connection.ts';
import { type ClientConfig, kinds, type Secret } from '../../kube/kinds.ts';
import { buildStored } from '../../kube/kubeconfig/build.ts';
import { secretDifferences, specDifferences } from '../differences.ts';
import { type Write, writeOf } from '../journal.ts';
import { refuseForeign } from '../registration.ts';
import { awaitToken, refuseShortLife, requestToken, tokenSecretManifest } from '../token.ts';
import type { Candidate } from './candidate.ts';
import { wayNotes } from './place.ts';

export const kubeconfigOf = ({ contextName, endpoint }: Pick<Candidate, 'contextName' | 'endpoint'>, token: Credential): string =>
  buildStored({ ...endpoint, contextName, token });

/** The data-plane side: our own token Secret. */
export const tokenSecretWrite = ({ source, serviceAccount, tokenSecret: { name }, owner }: Candidate): Promise<Write> =>
  writeOf<Secret>(
    source,
    kinds.secret,
    tokenSecretManifest(serviceAccount, name, owner),
    () => [],
    `token of ${serviceAccount.namespace}/${serviceAccount.name}, revocable, never expires`,
  );
export const newToken = async (
  { source, serviceAccount, tokenSecret: { name }, ttl }: Candidate,
  limits: Limits,
  patience: number,
): Promise<Credential> => {
  if (ttl === undefined) return awaitToken(source, serviceAccount, { namespace: serviceAccount.namespace, name }, patience, limits);
  const { token, lives } = await requestToken(source, serviceAccount, ttl);
  refuseShortLife(source.context, ttl, lives);
  return token;
};

/** The control-plane side: Secret first, then ClientConfig. Never a hash annotation: the operator would take it for loaded. */
export const manifests = (
  candidate: Candidate,
  token: Credential,
  destNamespace: string,
): { secret: Secret; clientConfig: ClientConfig } => {
  const { objectName: name, secretName, contextName, serviceAccount, tokenSecret, clusterUid, source, allowed, owner, ttl } = candidate;
  const annotations = {
    [annotation.sourceContext]: source.context,
    [annotation.serviceAccount]: `${serviceAccount.namespace}/${serviceAccount.name}`,
    ...(ttl === undefined ? { [annotation.tokenSecret]: `${serviceAccount.namespace}/${tokenSecret.name}` } : {}),
    [annotation.controlPlane]: owner.controlPlanes[0],
    [annotation.clientConfig]: owner.clientConfig,
    ...defined(wayNotes(candidate.endpoint)),
    ...(clusterUid === undefined ? {} : { [annotation.sourceCluster]: clusterUid }),
    ...(allowed.length === 0 ? {} : { [annotation.allowed]: [...allowed].sort().join(',') }),
  };
  return {
    secret: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: secretName, namespace: destNamespace, labels: managedBy, annotations },
      type: 'Opaque',
      data: { kubeconfig: Buffer.from(kubeconfigOf(candidate, token)).toString('base64') },
    },
    clientConfig: {
      apiVersion: 'config.k8ssandra.io/v1beta1',
      kind: 'ClientConfig',
      metadata: { name, namespace: destNamespace, labels: managedBy },
      spec: { contextName, kubeConfigSecret: { name: secretName } },
    },
  };
};
const defined = (notes: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(notes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
export const controlPlaneWrites = async (
  connection: Connection,
  candidate: Candidate,
  token: Credential,
  destNamespace: string,
): Promise<{ secret: Write<Secret>; clientConfig: Write<ClientConfig> }> => {
  const { secret, clientConfig } = manifests(candidate, token, destNamespace);
  const [secretWrite, clientConfigWrite] = await Promise.all([
    writeOf<Secret>(connection, kinds.secret, secret, secretDifferences(candidate.contextName), `kubeconfig, token ${token.fingerprint}`),
    writeOf<ClientConfig>(connection, kinds.clientConfig, clientConfig, specDifferences, `contextName ${candidate.contextName}`),
  ]);
  // A ClientConfig can name any Secret.
  refuseForeign(secretWrite.before, 'correct the ClientConfig so that it names a Secret of its own, or delete it');
  return { secret: secretWrite, clientConfig: clientConfigWrite };
};
