import type { ContextState } from '../model/inventory.ts';
import type { Cause } from '../model/read.ts';
import { onlyHereBlocked } from '../operator/vantage.ts';
import { type Check, contextCheck } from './check.ts';

interface ConnectionFault {
  readonly code: string;
  readonly title: string;
  readonly cure: string;
  readonly fix: (contexts: readonly string[]) => readonly string[];
  /** the causes of a failed connection or hand-shake that this code stands for */
  readonly causes: readonly Cause[];
  /** when another code tells it better */
  readonly unless?: (context: ContextState) => boolean;
}
/** A connection that fails on its way, for one of the causes: all of them end the operator in the same way. */
export const connectionCheck = ({ causes, unless, ...rule }: ConnectionFault): Check =>
  contextCheck({
    ...rule,
    severity: 'error',
    why: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
    *run(context, { controlPlane }) {
      const {
        name,
        probe: { reach, tls },
      } = context;
      const broken = [reach, tls].find(step => step.status === 'fail');
      if (broken?.status !== 'fail' || !causes.includes(broken.cause) || unless?.(context) === true) return;
      yield onlyHereBlocked(context, controlPlane) === undefined
        ? { context: name, message: broken.detail, blocksStart: true }
        : {
            context: name,
            message: broken.detail,
            severity: 'warning',
            effect: 'only this machine is blocked, since the operator is answered: what follows a connection could not be judged from here',
          };
    },
  });
