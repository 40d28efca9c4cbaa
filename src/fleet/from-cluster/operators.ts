import { known, type Read, unreadable, whole } from '../../base/read.ts';
import type { Connection } from '../../kube/api/connection.ts';
import { listObjects } from '../../kube/api/lists.ts';
import { getObject } from '../../kube/api/objects.ts';
import { type ConfigMap, type Deployment, kinds } from '../../kube/kinds.ts';
import { operatorSelector } from '../../operator/control-plane.ts';
import { type Operator, operatorOf } from '../../operator/environment.ts';
import { type ConfigMapData, configMapsOf } from '../../operator/variables.ts';

/** Every operator Deployment; only those of one namespace where the user may not list cluster-wide. */
export const readOperators = async (connection: Connection, namespace?: string): Promise<Read<readonly Operator[]>> => {
  const operatorsEverywhere = await readOperatorsIn(connection, undefined);
  return operatorsEverywhere.ok || namespace === undefined ? operatorsEverywhere : readOperatorsIn(connection, namespace);
};

/** Of one namespace, or of all for `undefined`. */
export const readOperatorsIn = async (connection: Connection, namespace: string | undefined): Promise<Read<readonly Operator[]>> => {
  const read = whole(await listObjects(connection, kinds.deployment, namespace, operatorSelector));
  return read.ok ? operatorsFrom(read.value, configMapsOver(connection)) : read;
};

type ReadConfigMap = (namespace: string, name: string) => Promise<Read<ConfigMap | undefined>>;
/** Operators from their Deployments, each with the ConfigMaps that its variables come from; the first that cannot be known decides. */
export const operatorsFrom = async (deployments: readonly Deployment[], read: ReadConfigMap): Promise<Read<readonly Operator[]>> => {
  const all: Operator[] = [];
  for (const deployment of deployments) {
    const { namespace } = deployment.metadata;
    const configMapReads = configMapsOf(deployment).map(
      async name => [name, dataOf(await read(namespace, name), `ConfigMap ${namespace}/${name}`)] as const,
    );
    const operator = operatorOf(deployment, new Map(await Promise.all(configMapReads)));
    if (!operator.ok) return operator;
    all.push(operator.value);
  }
  return known(all);
};
const dataOf = (read: Read<ConfigMap | undefined>, what: string): ConfigMapData =>
  read.ok ? known(read.value === undefined ? undefined : (read.value.data ?? {})) : unreadable(read.reason, `${what}: ${read.detail}`);
export const configMapsOver =
  (connection: Connection): ReadConfigMap =>
  (namespace, name) =>
    getObject(connection, kinds.configMap, namespace, name);
