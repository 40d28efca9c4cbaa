import { known, type Read } from '../../base/read.ts';
import { listObjects } from '../../kube/api/lists.ts';
import { getObject } from '../../kube/api/objects.ts';
import { type Deployment, kinds } from '../../kube/kinds.ts';
import { operatorLabel, operatorSelector } from '../../operator/control-plane.ts';
import type { Operator } from '../../operator/environment.ts';
import { operatorsFrom } from './operators.ts';
import { either, type Ways } from './ways.ts';

const images = ({ spec }: Deployment): readonly string[] => (spec?.template?.spec?.containers ?? []).map(({ image }) => image ?? '');
const isK8ssandraOperator = ({ metadata }: Deployment): boolean => metadata.labels?.[operatorLabel.name] === operatorLabel.value;
/** By its image or its label: its name and its other labels differ between Helm, kustomize and OLM. */
const isCassOperator = (deployment: Deployment): boolean =>
  deployment.metadata.labels?.['app.kubernetes.io/name'] === 'cass-operator' ||
  images(deployment).some(image => /(^|\/)cass-operator([:@]|$)/.test(image));
/**
 * Deployments of an operator: in the whole cluster where someone may list them, else in the namespaces where it is likely to be. There
 * it may be found, but its absence proves nothing.
 */
const readDeployments = async (
  ways: Ways,
  near: readonly string[],
  is: (deployment: Deployment) => boolean,
  labels: readonly string[],
): Promise<Read<readonly Operator[]>> => {
  const asOperators = (deployments: readonly Deployment[]): Promise<Read<readonly Operator[]>> =>
    operatorsFrom(unique(deployments), (namespace, name) => either(ways, one => getObject(one, kinds.configMap, namespace, name)));
  const allDeployments = await either(ways, async one => {
    const reads = await Promise.all(labels.map(label => listObjects(one, kinds.deployment, undefined, label)));
    const failure = reads.find(read => !read.ok);
    return failure ?? known(reads.flatMap(read => (read.ok ? read.value : [])));
  });
  const matches = allDeployments.ok ? allDeployments.value.filter(is) : [];
  if (matches.length > 0) return asOperators(matches);
  const reads = await Promise.all(near.map(namespace => either(ways, one => listObjects(one, kinds.deployment, namespace))));
  const namespaceDeployments = reads.flatMap(read => (read.ok ? read.value.filter(is) : []));
  return namespaceDeployments.length > 0 || allDeployments.ok ? asOperators(namespaceDeployments) : allDeployments;
};
const unique = (deployments: readonly Deployment[]): readonly Deployment[] => [
  ...new Map(deployments.map(one => [`${one.metadata.namespace}/${one.metadata.name}`, one])).values(),
];

export const readK8ssandraOperators = (ways: Ways, near: readonly string[]): Promise<Read<readonly Operator[]>> =>
  readDeployments(ways, near, isK8ssandraOperator, [operatorSelector]);
export const readCassOperators = (ways: Ways, near: readonly string[]): Promise<Read<readonly Operator[]>> =>
  readDeployments(ways, near, isCassOperator, ['app.kubernetes.io/name=cass-operator', 'control-plane=controller-manager']);
