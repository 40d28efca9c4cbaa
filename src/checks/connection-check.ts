import type { Cause } from '../base/read.ts';
import type { ContextState } from '../fleet/inventory.ts';
import { onlyHereBlocked } from '../fleet/vantage.ts';
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
      const cause = told[broken.cause];
      const said = { context: name, message: broken.detail, ...(cause === undefined ? {} : { cause }) };
      yield onlyHereBlocked(context, controlPlane) === undefined
        ? { ...said, blocksStart: true }
        : {
            ...said,
            severity: 'warning',
            effect: 'only this machine is blocked, since the operator is answered: what follows a connection could not be judged from here',
          };
    },
  });
/** The cause in one line for many hosts. */
const told: Readonly<Partial<Record<Cause, string>>> = {
  dns: 'the names of their servers do not resolve',
  refused: 'the connections are refused',
  timeout: 'their servers do not answer in time',
  reset: 'the connections broke',
  'not-tls': 'the ports do not speak TLS',
  'unknown-ca': 'the served certificates are not signed by the stored CAs',
  'san-mismatch': 'the served certificates are not for the names of the servers',
  'certificate-expired': 'the served certificates have expired or are not valid yet',
  proxy: 'the proxies refuse',
  tls: 'the TLS handshakes failed',
};
