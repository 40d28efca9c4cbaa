import { printable, usage } from '../base/errors.ts';
import type { IO } from '../base/io.ts';
import type { ControlPlane } from '../fleet/inventory.ts';
import type { UserKubeconfig } from '../kube/kubeconfig/user.ts';
import { NoOperatorError, noOperatorText } from '../operator/no-operator.ts';

/** What a context may have been meant for, where it leads to no operator. */
export const userContextNames = ({ contexts }: UserKubeconfig): readonly string[] => [...contexts.keys()].sort();

/** Throws where `-n` names a namespace of which no operator reads ClientConfigs. */
export const refuseUnwatched = ({ operator, operators, context }: ControlPlane, namespace: string | undefined): void => {
  if (namespace === undefined || operator !== undefined || !operators.ok) return;
  const planes = operators.value.filter(({ controlPlane }) => controlPlane);
  const watchers = planes.filter(({ namespace: own, watches }) => own === namespace || watches === 'all' || watches.includes(namespace));
  if (planes.length === 0 || watchers.length > 0) return;
  const [first] = planes.map(({ namespace: own }) => own).sort();
  throw usage(
    `no control-plane operator of ${context} watches namespace ${namespace}`,
    planes.length === 1 ? `pass -n ${first}, or leave -n out` : `pass the namespace of one of its ${planes.length}, as in -n ${first}`,
  );
};
const isBare = ({ operators }: ControlPlane): boolean => operators.ok && operators.value.length === 0;
/** Throws where there is no operator at all. */
export const refuseNoOperator = (controlPlane: ControlPlane, namespace: string | undefined): void => {
  if (isBare(controlPlane)) throw new NoOperatorError(controlPlane.context);
  refuseUnwatched(controlPlane, namespace);
};
/** Says on standard error that an answer is empty because there is no operator. */
export const tellNoOperator = (io: Pick<IO, 'err'>, controlPlane: ControlPlane, config: UserKubeconfig): void => {
  const { clientConfigs, context } = controlPlane;
  if (isBare(controlPlane) && clientConfigs.ok && clientConfigs.value.length === 0)
    io.err(`${printable(noOperatorText(context, userContextNames(config)))}\n`);
};
