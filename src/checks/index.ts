import { apiAcceptsTheCluster } from './api-accepts-the-cluster.ts';
import { cassOperatorRuns } from './cass-operator-runs.ts';
import { certificateNamesTheServer } from './certificate-names-the-server.ts';
import { certificatesDoNotExpire } from './certificates-do-not-expire.ts';
import type { Check } from './check.ts';
import { clientConfigCrdIsInstalled } from './client-config-crd-is-installed.ts';
import { clientConfigSecretExists } from './client-config-secret-exists.ts';
import { clientConfigVersionIsServed } from './client-config-version-is-served.ts';
import { clientConfigWasRead } from './client-config-was-read.ts';
import { clientConfigsAreWatched } from './client-configs-are-watched.ts';
import { clientConfigsHaveOneReader } from './client-configs-have-one-reader.ts';
import { clustersAreWatched } from './clusters-are-watched.ts';
import { clustersReportNoError } from './clusters-report-no-error.ts';
import { contextNamesAreUnique } from './context-names-are-unique.ts';
import { contextsAreDifferentClusters } from './contexts-are-different-clusters.ts';
import { contextsAreRemote } from './contexts-are-remote.ts';
import { crdsAreServed } from './crds-are-served.ts';
import { credentialIsLetIn } from './credential-is-let-in.ts';
import { dataPlaneOperatorRuns } from './data-plane-operator-runs.ts';
import { dataPlanesAreOfOneVersion } from './data-planes-are-of-one-version.ts';
import { dataPlanesBelongToOne } from './data-planes-belong-to-one.ts';
import { dataPlanesHaveNoControlPlane } from './data-planes-have-no-control-plane.ts';
import { datacenterIsInOnePlace } from './datacenter-is-in-one-place.ts';
import { datacenterNamespaceExists } from './datacenter-namespace-exists.ts';
import { datacenterNamespaceIsWatched } from './datacenter-namespace-is-watched.ts';
import { datacentersStayInTheirContext } from './datacenters-stay-in-their-context.ts';
import { everyClientConfigIsUsed } from './every-client-config-is-used.ts';
import { everyContextIsProvided } from './every-context-is-provided.ts';
import { identityIsTheOperatorsServiceAccount } from './identity-is-the-operators-service-account.ts';
import { imageConfigExists } from './image-config-exists.ts';
import { kubeconfigSecretsAreNamed } from './kubeconfig-secrets-are-named.ts';
import { kubeconfigSecretsAreNotReplicated } from './kubeconfig-secrets-are-not-replicated.ts';
import { legacyTokensStayValid } from './legacy-tokens-stay-valid.ts';
import { manifestFieldsAreKnown } from './manifest-fields-are-known.ts';
import { manifestsCarryNoHashes } from './manifests-carry-no-hashes.ts';
import { namedObjectsExist } from './named-objects-exist.ts';
import { noPluginCredentials } from './no-plugin-credentials.ts';
import { nothingIsLeftHalfWay } from './nothing-is-left-half-way.ts';
import { operatorReachesTheServer } from './operator-reaches-the-server.ts';
import { operatorReleaseIsKnown } from './operator-release-is-known.ts';
import { operatorRuns } from './operator-runs.ts';
import { operatorWouldStart } from './operator-would-start.ts';
import { ownCrdsAreServed } from './own-crds-are-served.ts';
import { proxyAndTlsWork } from './proxy-and-tls-work.ts';
import { replicatedSecretsHaveNoStaleTarget } from './replicated-secrets-have-no-stale-target.ts';
import { rightsAreGranted } from './rights-are-granted.ts';
import { secretsAreNotShared } from './secrets-are-not-shared.ts';
import { secretsAreReplicated } from './secrets-are-replicated.ts';
import { serverAcceptsConnections } from './server-accepts-connections.ts';
import { serverAnswersInTime } from './server-answers-in-time.ts';
import { serverIsAKubernetesApi } from './server-is-a-kubernetes-api.ts';
import { serverIsHttps } from './server-is-https.ts';
import { serverIsRoutable } from './server-is-routable.ts';
import { serverNameResolves } from './server-name-resolves.ts';
import { serviceAccountIsTheSame } from './service-account-is-the-same.ts';
import { servingCertificateIsValid } from './serving-certificate-is-valid.ts';
import { statusContextsAreProvided } from './status-contexts-are-provided.ts';
import { storageClassExists } from './storage-class-exists.ts';
import { storedCaFits } from './stored-ca-fits.ts';
import { storedCaIsThePublishedOne } from './stored-ca-is-the-published-one.ts';
import { storedIsLoaded } from './stored-is-loaded.ts';
import { storedKubeconfigHasACredential } from './stored-kubeconfig-has-a-credential.ts';
import { storedKubeconfigHoldsNoFilePath } from './stored-kubeconfig-holds-no-file-path.ts';
import { storedKubeconfigLoads } from './stored-kubeconfig-loads.ts';
import { storedKubeconfigNamesItsCa } from './stored-kubeconfig-names-its-ca.ts';
import { suppressionsAreUsed } from './suppressions-are-used.ts';
import { tlsIsVerified } from './tls-is-verified.ts';
import { tokenIsAccepted } from './token-is-accepted.ts';
import { tokenSecretsAreInUse } from './token-secrets-are-in-use.ts';
import { tokensDoNotExpire } from './tokens-do-not-expire.ts';
import { tokensExpire } from './tokens-expire.ts';
import { watchNamespaceNamesEachOnce } from './watch-namespace-names-each-once.ts';

/** Every check, in the order of its code. */
export const checks: readonly Check[] = [
  everyContextIsProvided,
  everyClientConfigIsUsed,
  statusContextsAreProvided,
  contextNamesAreUnique,
  secretsAreNotShared,
  contextsAreDifferentClusters,
  contextsAreRemote,
  datacentersStayInTheirContext,
  kubeconfigSecretsAreNotReplicated,
  replicatedSecretsHaveNoStaleTarget,
  clustersAreWatched,
  manifestFieldsAreKnown,
  secretsAreReplicated,
  clientConfigSecretExists,
  storedKubeconfigLoads,
  serverIsRoutable,
  noPluginCredentials,
  storedKubeconfigHoldsNoFilePath,
  tlsIsVerified,
  clientConfigsAreWatched,
  storedKubeconfigHasACredential,
  serverIsHttps,
  clientConfigVersionIsServed,
  manifestsCarryNoHashes,
  storedKubeconfigNamesItsCa,
  kubeconfigSecretsAreNamed,
  nothingIsLeftHalfWay,
  serverNameResolves,
  serverAcceptsConnections,
  serverAnswersInTime,
  storedCaFits,
  certificateNamesTheServer,
  servingCertificateIsValid,
  proxyAndTlsWork,
  operatorReachesTheServer,
  storedCaIsThePublishedOne,
  serverIsAKubernetesApi,
  tokenIsAccepted,
  identityIsTheOperatorsServiceAccount,
  serviceAccountIsTheSame,
  legacyTokensStayValid,
  credentialIsLetIn,
  tokenSecretsAreInUse,
  rightsAreGranted,
  crdsAreServed,
  datacenterNamespaceExists,
  dataPlanesAreOfOneVersion,
  dataPlanesHaveNoControlPlane,
  datacenterNamespaceIsWatched,
  storageClassExists,
  cassOperatorRuns,
  namedObjectsExist,
  dataPlaneOperatorRuns,
  datacenterIsInOnePlace,
  apiAcceptsTheCluster,
  dataPlanesBelongToOne,
  operatorRuns,
  storedIsLoaded,
  clientConfigWasRead,
  operatorWouldStart,
  clientConfigCrdIsInstalled,
  imageConfigExists,
  clustersReportNoError,
  clientConfigsHaveOneReader,
  operatorReleaseIsKnown,
  watchNamespaceNamesEachOnce,
  ownCrdsAreServed,
  tokensDoNotExpire,
  certificatesDoNotExpire,
  tokensExpire,
  suppressionsAreUsed,
];
