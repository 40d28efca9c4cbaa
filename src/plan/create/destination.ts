import type { Sentence } from '../../base/advice.ts';
import { UserError, usage } from '../../base/errors.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { refusedRight, rightsTexts, roleToAskFor } from '../../kube/refused-right.ts';
import type { Operator } from '../../operator/environment.ts';
import type { Guard } from '../refusals.ts';

/** Where Secret and ClientConfig go: a namespace that a control plane's operator watches. */
export const destinationOf = (controlPlane: ControlPlane, wanted: string | undefined, guard: Guard): string => {
  const { context, clientConfigCrd, operator } = controlPlane;
  if (clientConfigCrd.ok && !clientConfigCrd.value)
    throw new UserError(
      `refused: ${context} has no ClientConfig CRD (clientconfigs.config.k8ssandra.io)`,
      'install the K8ssandra Operator with controlPlane=true there, or choose the control plane with --context',
    );
  const namespace = wanted ?? operator?.namespace;
  if (operator === undefined) {
    guard.refuse('unwatched-namespace', withoutOperator(controlPlane, wanted));
    if (namespace !== undefined) return namespace;
    throw usage('no namespace for the Secret and the ClientConfig is known', 'name it with --dest-namespace');
  }
  if (namespace === undefined || operator.watches === 'all' || operator.watches.includes(namespace)) return namespace ?? operator.namespace;
  guard.refuse('unwatched-namespace', unwatched(controlPlane, namespace, 'the ClientConfig'));
  return namespace;
};
/** Why no operator is known there, and what to do about it. */
const withoutOperator = (controlPlane: ControlPlane, wanted: string | undefined): { readonly why: string; readonly cure: Sentence } => {
  const { context, operators } = controlPlane;
  const choose = 'choose the control plane with --context and its namespace with --dest-namespace';
  if (operators.ok) return { why: noneFor(context, operators.value, wanted), cure: choose };
  const right = operators.reason === 'forbidden' ? refusedRight(operators.detail) : undefined;
  return right === undefined
    ? { why: `the operators of ${context} could not be read: ${operators.detail}`, cure: choose }
    : { why: `${rightsTexts([right], context).join()}, and so does not know which namespaces its operator watches`, cure: roleToAskFor };
};
const noneFor = (context: string, operators: readonly Operator[], wanted: string | undefined): string => {
  const planes = operators.filter(one => one.controlPlane);
  if (planes.length > 1 && wanted === undefined)
    throw usage(
      `${context} has ${planes.length} control planes: ${planes
        .map(({ namespace }) => namespace)
        .sort()
        .join(', ')}`,
      'choose one with --dest-namespace',
    );
  return planes.length > 0
    ? `no control plane operator of ${context} watches namespace ${wanted}`
    : `${context} has no operator with K8SSANDRA_CONTROL_PLANE=true`;
};
/** Of a namespace that the operator passes over. */
export const unwatched = ({ operator }: ControlPlane, namespace: string, ignored: string) => ({
  why: `the operator ${operator?.namespace}/${operator?.name} does not watch namespace ${namespace}: it would ignore ${ignored}`,
  cure: `pass --dest-namespace ${operator === undefined || operator.watches === 'all' ? namespace : operator.watches.join(' or ')}`,
});
