import { known, type Read, unreadable, whole } from '../../base/read.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { listObjects } from '../../kube/api/lists.ts';
import { getObject } from '../../kube/api/objects.ts';
import { type Deployment, kinds } from '../../kube/kinds.ts';
import { operatorSelector } from '../../operator/control-plane.ts';
import { type Operator, operatorWatching, watchSourceOf } from '../../operator/environment.ts';

/** Every operator Deployment; only those of one namespace where the user may not list cluster-wide. */
export const readOperators = async (connection: Connection, namespace?: string): Promise<Read<readonly Operator[]>> => {
  const everywhere = await readOperatorsIn(connection, undefined);
  return everywhere.ok || namespace === undefined ? everywhere : readOperatorsIn(connection, namespace);
};

/** Of one namespace, or of all for `undefined`. */
export const readOperatorsIn = async (connection: Connection, namespace: string | undefined): Promise<Read<readonly Operator[]>> => {
  const read = whole(await listObjects(connection, kinds.deployment, namespace, operatorSelector));
  return read.ok ? operatorsFrom(connection, read.value) : read;
};

/**
 * Operators from their Deployments. Which namespaces one watches may stand in a ConfigMap; where that cannot be read, what the operators
 * do is not known, and so neither are they.
 */
export const operatorsFrom = async (connection: Connection, deployments: readonly Deployment[]): Promise<Read<readonly Operator[]>> => {
  const all: Operator[] = [];
  for (const deployment of deployments) {
    const watches = await watchNamespaceOf(connection, deployment);
    if (!watches.ok) return watches;
    all.push(operatorWatching(deployment, watches.value));
  }
  return known(all);
};
const watchNamespaceOf = async (connection: Connection, deployment: Deployment): Promise<Read<string>> => {
  const source = watchSourceOf(deployment);
  const { namespace, name } = deployment.metadata;
  const whose = `WATCH_NAMESPACE of ${namespace}/${name} comes from`;
  if (source.from === 'text') return known(source.value);
  if (source.from === 'elsewhere') return unreadable('failed', `${whose} ${source.what}`);
  const read = await getObject(connection, kinds.configMap, namespace, source.name);
  if (!read.ok) return unreadable(read.reason, `${whose} ConfigMap ${namespace}/${source.name}: ${read.detail}`);
  const value = read.value?.data?.[source.key];
  // Without it the container is not even started, unless it may be missing.
  return value === undefined && !source.optional
    ? unreadable('failed', `${whose} key ${source.key} of ConfigMap ${namespace}/${source.name}, which is not there`)
    : known(value ?? '');
};
