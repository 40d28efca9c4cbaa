import { domain } from '../base/domain.ts';
import type { KubeObject, Secret } from './kinds.ts';

/** What this program notes on its objects. The operator hashes specs and Secret data alone, so none of these restarts it. */
export const annotation = {
  sourceContext: `${domain}/source-context`,
  sourceCluster: `${domain}/source-cluster-uid`,
  serviceAccount: `${domain}/service-account`,
  tokenSecret: `${domain}/token-secret`,
  server: `${domain}/server`,
  tlsServerName: `${domain}/tls-server-name`,
  proxyUrl: `${domain}/proxy-url`,
  allowed: `${domain}/allowed`,
  controlPlane: `${domain}/control-plane-uid`,
  clientConfig: `${domain}/client-config`,
  rotation: `${domain}/rotation`,
  run: `${domain}/run`,
} as const;
export const managedBy = { 'app.kubernetes.io/managed-by': 'kubectl-k8ssandra' } as const;
export const managedByLabel = 'app.kubernetes.io/managed-by=kubectl-k8ssandra';
/** Whether its label says that this program has made it; anybody may have written that. */
export const isManaged = ({ labels = {} }: KubeObject['metadata']): boolean =>
  labels['app.kubernetes.io/managed-by'] === managedBy['app.kubernetes.io/managed-by'];
/** The type of a Secret that holds the token of a service account. */
export const tokenType = 'kubernetes.io/service-account-token';
/** Keeps a Secret until the token it names is revoked, so that a deletion that was cut short can be finished from it. */
export const tokenFinalizer = `${domain}/token`;
/** The label of a Secret whose ClientConfig is being deleted, by which a run that finishes it finds it. */
export const deletingLabel = `${domain}/deleting`;
/** A run of `clientconfig delete` has begun on it, or somebody else deletes it. */
export const isBeingDeleted = ({ metadata: { deletionTimestamp, labels } }: Pick<Secret, 'metadata'>): boolean =>
  deletionTimestamp !== undefined || labels?.[deletingLabel] !== undefined;

/** Whether somebody lifted a refusal by its name when this was created: what follows from it is no news. */
export const accepts = (annotations: Readonly<Record<string, string>>, override: string): boolean =>
  annotations[annotation.allowed]?.split(',').includes(override) === true;
