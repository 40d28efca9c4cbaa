import { type Cause, causes as meanings } from '../base/cause.ts';
import { type Background, type Check, contextCheck, type Remedies } from './check.ts';
import type { ContextGiven } from './facts.ts';
import { said as saying } from './remedies.ts';

interface ConnectionFault {
  readonly code: string;
  readonly title: string;
  readonly background: Background;
  readonly cure: string;
  readonly remedies: Remedies;
  readonly inFile?: string;
  /** the causes of a failed connection or hand-shake that this code stands for */
  readonly causes: readonly Cause[];
  /** when another code tells it better */
  readonly unless?: (facts: ContextGiven<'stored', 'reach' | 'tls' | 'publishedCa'>) => boolean;
}
/** Only this machine is blocked: the connection fails from here, and the operator is answered. */
export const isOnlyHereBlocked = ({ reach, vantage }: ContextGiven<never, 'reach' | 'vantage'>): boolean =>
  reach.ok && reach.value.status === 'fail' && reach.value.cause !== 'stored' && vantage.ok && vantage.value.status === 'reached';

/** A connection that fails on its way, for one of the causes: all of them end the operator in the same way. */
export const connectionCheck = ({ causes, unless, ...rule }: ConnectionFault): Check =>
  contextCheck({
    ...rule,
    severity: 'error',
    about: 'server',
    why: 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters',
    needs: ['stored'],
    helps: ['reach', 'tls', 'vantage', 'publishedCa'],
    *run(facts) {
      const { reach, tls } = facts;
      const failure = [reach, tls].flatMap(step => (step.ok && step.value.status === 'fail' ? [step.value] : []))[0];
      if (failure === undefined && !reach.ok) yield { gaps: reach.gaps };
      if (failure === undefined || !causes.includes(failure.cause) || unless?.(facts) === true) return;
      const details = { message: failure.detail, cause: meanings[failure.cause].several };
      yield isOnlyHereBlocked(facts)
        ? {
            ...details,
            severity: 'warning',
            remedies: saying('run this from a machine that reaches that API server'),
            effect: 'only this machine is blocked, since the operator is answered: what follows a connection could not be judged from here',
          }
        : { ...details, blocksStart: true };
    },
  });
