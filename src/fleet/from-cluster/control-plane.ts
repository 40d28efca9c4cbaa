import { unreads } from '../../base/cause.ts';
import { UserError } from '../../base/errors.ts';
import { known, type Read, unreadable, whole } from '../../base/read.ts';
import { inTurns } from '../../base/turns.ts';
import { unreadOf } from '../../kube/api/answer.ts';
import { askVersion } from '../../kube/api/ask.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { listObjects, listWatched } from '../../kube/api/lists.ts';
import { getObject, required } from '../../kube/api/objects.ts';
import { secretKey } from '../../kube/key.ts';
import { type ClientConfig, type Kind, type KubeObject, kinds } from '../../kube/kinds.ts';
import { controlPlaneOperator, operatorSelector } from '../../operator/control-plane.ts';
import { operatorPodOf } from '../../operator/environment.ts';
import { judgeStored } from '../assemble.ts';
import type { ControlPlane } from '../inventory.ts';
import { type StoredSecret, storedSecretOf } from '../stored-secret.ts';
import { readOperators } from './operators.ts';
import { readClusterUid } from './user-context.ts';

/** Everything the control plane's API tells of its ClientConfigs and their users. */
export const readControlPlane = async (connection: Connection, namespace: string | undefined): Promise<ControlPlane> => {
  // Asked for at once, though it is only known afterwards which namespaces count: a round trip less for everybody who may read all.
  const [version, clusterUid, operators, clientConfigsOf, clustersOf, replicatedSecretsOf, tasksOf] = await Promise.all([
    readVersion(connection),
    readClusterUid(connection),
    readOperators(connection, namespace),
    listEverywhere(connection, kinds.clientConfig),
    listEverywhere(connection, kinds.k8ssandraCluster),
    listEverywhere(connection, kinds.replicatedSecret),
    listEverywhere(connection, kinds.k8ssandraTask),
  ]);
  refuseStranger(connection.context, [version, clusterUid, operators]);
  refuseOutage(connection.context, [version, clusterUid, operators]);
  const operator = operators.ok ? controlPlaneOperator(operators.value, namespace) : undefined;
  const watches = operator?.watches ?? (namespace === undefined ? 'all' : [namespace]);
  const own = operator === undefined ? known([]) : listObjects(connection, kinds.pod, operator.namespace, operatorSelector).then(whole);
  const [ccs, clusters, replicatedSecrets, tasks] = await Promise.all([
    clientConfigsOf(watches),
    clustersOf(watches),
    replicatedSecretsOf(watches),
    tasksOf(watches),
  ]);
  const crd: Read<boolean> = ccs.ok ? known(true) : ccs.reason === 'not-installed' ? known(false) : ccs;
  const clientConfigs: Read<readonly ClientConfig[]> = crd.ok && !crd.value ? known([]) : ccs;
  const configs = clientConfigs.ok ? clientConfigs.value : [];
  const [secrets, pods] = await Promise.all([readSecrets(connection, configs), own]);
  const operatorPods = pods.ok ? known(pods.value.map(operatorPodOf)) : pods;
  refuseStranger(connection.context, [ccs, clusters, replicatedSecrets, tasks, pods, ...secrets.values()]);
  return {
    context: connection.context,
    server: connection.server,
    version,
    clusterUid,
    operators,
    ...(operator === undefined ? {} : { operator }),
    pods: operatorPods,
    clientConfigCrd: crd,
    imageConfig: unreadable('skipped', 'not asked for'),
    clientConfigs,
    secrets,
    stored: new Map((await inTurns(configs, config => [...judgeStored([config], secrets, operator)], connection)).flat()),
    clusters: absentKind(clusters, crd),
    replicatedSecrets: absentKind(replicatedSecrets, crd),
    tasks: absentKind(tasks, crd),
    operatorView: unreadable('skipped', 'not asked for'),
    webhook: new Map(),
  };
};
/** An API that does not know its user has said nothing of what it holds. */
const refuseStranger = (context: string, reads: readonly Read<unknown>[]): void => {
  for (const read of reads) if (!read.ok && read.reason === 'unauthorized') required(read, 'anything', context);
};
/** One answer that is missing is a hole in what is known; where none came at all there is nothing to report on. */
const refuseOutage = (context: string, reads: readonly Read<unknown>[]): void => {
  const failures = reads.flatMap(read => (read.ok || read.reason === 'forbidden' ? [] : [read]));
  const [first] = failures;
  if (first === undefined || failures.length < reads.length) return;
  throw new UserError(`the control plane ${context} cannot be read: ${first.detail}`, unreads[first.reason].cure(context));
};
/** Of the whole cluster, so that ignored objects are seen too; of the watched namespaces alone, once they are known, where the user may not. */
const listEverywhere = async <T extends KubeObject>(
  connection: Connection,
  kind: Kind<T>,
): Promise<(watches: readonly string[] | 'all') => Promise<Read<readonly T[]>>> => {
  const clusterWideList = await listObjects<T>(connection, kind);
  const isRefused = !clusterWideList.ok && clusterWideList.reason === 'forbidden';
  return async watches => (isRefused && watches !== 'all' ? listWatched<T>(connection, kind, watches) : clusterWideList);
};
/** Where no CRD of the operator is served there are no objects of its kinds; beside a served one, an answer of 404 proves nothing. */
const absentKind = <T>(read: Read<readonly T[]>, clientConfigCrd: Read<boolean>): Read<readonly T[]> =>
  !read.ok && read.reason === 'not-installed' && clientConfigCrd.ok && !clientConfigCrd.value ? known([]) : read;

const readVersion = async (connection: Connection): Promise<Read<string>> => {
  const version = await askVersion(connection);
  return version.ok ? known(version.value) : unreadOf(version);
};

const readSecrets = async (
  connection: Connection,
  clientConfigs: readonly ClientConfig[],
): Promise<ReadonlyMap<string, Read<StoredSecret | undefined>>> => {
  const secretKeys = new Map(
    clientConfigs.map(config => [
      secretKey(config),
      { namespace: config.metadata.namespace, name: config.spec?.kubeConfigSecret?.name ?? '' },
    ]),
  );
  const reads = await Promise.all(
    [...secretKeys].map(async ([key, { namespace, name }]): Promise<[string, Read<StoredSecret | undefined>]> => {
      if (name === '') return [key, known(undefined)];
      const read = await getObject(connection, kinds.secret, namespace, name);
      return [key, read.ok ? known(read.value === undefined ? undefined : storedSecretOf(read.value)) : read];
    }),
  );
  return new Map(reads);
};
