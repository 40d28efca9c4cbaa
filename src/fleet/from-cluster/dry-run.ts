import { known, type Read } from '../../base/read.ts';
import { anyObject, decoded, isAbsent, refusalOf, statusIn, statusMessage, unreadOf } from '../../kube/api/answer.ts';
import { send } from '../../kube/api/ask.ts';
import type { Answer, Connection, Request } from '../../kube/api/connection.ts';
import { getObject } from '../../kube/api/objects.ts';
import { apiPath, apiVersion, type K8ssandraCluster, kinds } from '../../kube/kinds.ts';
import { clusterKey, type PlacementFacts } from '../placement.ts';

const answerTo = async (connection: Connection, request: Request): Promise<Read<Answer>> => {
  const answer = await send(connection, request);
  return answer.ok ? known(answer.value) : unreadOf(answer);
};

/** A dry run of a ConfigMap tells whether a namespace exists to an account that may not read namespaces. */
export const readNamespace = async (connection: Connection, namespace: string): Promise<Read<'present' | 'absent' | 'terminating'>> => {
  const read = await answerTo(connection, {
    method: 'POST',
    path: `${apiPath(kinds.configMap, namespace)}?dryRun=All`,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kubectl-k8ssandra-placement', namespace } },
  });
  if (!read.ok) return read;
  const { status } = read.value;
  if (status === 409 || (status === 201 && decoded(read.value, anyObject, 'the dry run').ok)) return known('present');
  if (isAbsent(read.value)) return known('absent');
  if (status === 403 && /being terminated/.test(statusMessage(read.value))) return known('terminating');
  const object = await getObject(connection, kinds.namespace, undefined, namespace);
  if (!object.ok) return unreadOf(refusalOf(read.value));
  return known(object.value === undefined ? 'absent' : object.value.metadata.deletionTimestamp === undefined ? 'present' : 'terminating');
};

/** The manifest as it would be applied, with dryRun=All: schema, admission and webhook answer, and nothing is stored. */
export const dryRun = async (connection: Connection, cluster: K8ssandraCluster): Promise<PlacementFacts['accepted']> => {
  const { namespace = '', name, labels = {}, annotations = {} } = cluster.metadata;
  const liveCluster = await getObject(connection, kinds.k8ssandraCluster, namespace, name);
  if (!liveCluster.ok) return liveCluster;
  const exists = liveCluster.value;
  const object = {
    apiVersion: apiVersion(kinds.k8ssandraCluster),
    kind: kinds.k8ssandraCluster.kind,
    metadata:
      exists === undefined
        ? { name, namespace, labels, annotations }
        : {
            ...exists.metadata,
            labels: { ...exists.metadata.labels, ...labels },
            annotations: { ...exists.metadata.annotations, ...annotations },
          },
    spec: cluster.spec,
  };
  const read = await answerTo(connection, {
    method: exists === undefined ? 'POST' : 'PUT',
    path: `${apiPath(kinds.k8ssandraCluster, namespace, exists === undefined ? undefined : name)}?dryRun=All&fieldValidation=Strict`,
    body: object,
  });
  if (!read.ok) return read;
  const { status } = read.value;
  const message = statusMessage(read.value);
  if (status === 200 || status === 201) {
    const object = decoded(read.value, anyObject, 'the dry run');
    return object.ok ? known({ accepted: true, message: '' }) : unreadOf(object);
  }
  // A webhook denies with 403 too, so only its words tell it from a missing right. A conflict is someone else's write in between.
  const isVerdict =
    (status === 403 && message.startsWith('admission webhook')) || (status >= 500 && /failed calling webhook/.test(message));
  if (!isVerdict && (![400, 404, 422].includes(status) || statusIn(read.value) === undefined)) return unreadOf(refusalOf(read.value));
  if (status === 404 && !/namespaces? "/.test(message))
    return known({ accepted: false, message: 'k8ssandraclusters.k8ssandra.io is not served' });
  return known({ accepted: false, message: `${clusterKey(cluster)}: ${message}` });
};
