const prefix = 'cli.k8ssandra.dev';

/** What this program notes on its objects. The operator hashes specs and Secret data alone, so none of these restarts it. */
export const annotation = {
  sourceContext: `${prefix}/source-context`,
  sourceCluster: `${prefix}/source-cluster-uid`,
  serviceAccount: `${prefix}/service-account`,
  tokenSecret: `${prefix}/token-secret`,
  allowed: `${prefix}/allowed`,
  controlPlane: `${prefix}/control-plane-uid`,
  clientConfig: `${prefix}/client-config`,
  rotation: `${prefix}/rotation`,
  run: `${prefix}/run`,
} as const;
export const managedBy = { 'app.kubernetes.io/managed-by': 'kubectl-k8ssandra' } as const;
export const managedByLabel = 'app.kubernetes.io/managed-by=kubectl-k8ssandra';
/** Keeps a Secret until the token it names is revoked, so that a deletion that was cut short can be finished from it. */
export const tokenFinalizer = `${prefix}/token`;
/** The label of a Secret whose ClientConfig is being deleted, by which a run that finishes it finds it. */
export const deletingLabel = `${prefix}/deleting`;
