import type { Read } from '../base/read.ts';
import type { Operator } from './environment.ts';

/** What every Deployment and every pod of the operator is labelled with, by Helm, by kustomize and by OLM. */
export const operatorLabel = { name: 'control-plane', value: 'k8ssandra-operator' } as const;
export const operatorSelector = `${operatorLabel.name}=${operatorLabel.value}`;

/** The operator that reads ClientConfigs: the only control plane, or the one in the wanted namespace. */
export const controlPlaneOperator = (operators: readonly Operator[], namespace: string | undefined): Operator | undefined => {
  const planes = operators.filter(({ controlPlane }) => controlPlane);
  const matches = planes.filter(
    operator =>
      namespace === undefined || operator.namespace === namespace || operator.watches === 'all' || operator.watches.includes(namespace),
  );
  return matches.length === 1
    ? matches[0]
    : (matches.find(operator => operator.namespace === namespace) ??
        (planes.length === 1 && namespace === undefined ? planes[0] : undefined));
};
/** Why `controlPlaneOperator` has none, in words. */
export const noneChosen = (operators: Read<readonly Operator[]>): string => {
  if (!operators.ok) return `the operators here could not be read: ${operators.detail}`;
  const planes = operators.value.filter(({ controlPlane }) => controlPlane).length;
  return planes > 1 ? `${planes} control plane operators are here, and none of them is chosen` : 'there is no control plane operator here';
};
