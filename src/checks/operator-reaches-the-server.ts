import { onlyHereBlocked, operatorVantage, passesHere } from '../fleet/vantage.ts';
import { contextCheck } from './check.ts';

/** The counters are the operator's rest_client_requests_total, which client-go keeps for each host; src/operator/vantage.ts. */
export const operatorReachesTheServer = contextCheck({
  code: 'KC308',
  title: 'here and the operator reach the same servers',
  severity: 'error',
  why: 'what passes from one side is blocked on the other: a firewall, a NetworkPolicy, DNS or a proxy',
  cure: 'open the way from the blocked side to that API server, or restart an operator that uses an older credential',
  fix: () => ['open the way from the pod of the operator to that API server, or register an address that it can reach'],
  *run(context, { controlPlane }) {
    const { name, loaded } = context;
    const blockedHere = onlyHereBlocked(context, controlPlane);
    if (blockedHere !== undefined && blockedHere.status !== 'unknown')
      yield {
        context: name,
        severity: 'warning',
        message: `blocked from here, not from the operator, which has counted ${blockedHere.measured}`,
        effect: 'the operator goes on; from this machine nothing more can be said of that cluster',
        fix: () => ['run this from a machine that reaches that API server'],
      };
    const vantage = operatorVantage(context, controlPlane);
    if (!passesHere(context) || (vantage.status !== 'refused' && vantage.status !== 'unanswered')) return;
    const current = loaded.status === 'pass' && loaded.value === 'current';
    if (vantage.status === 'unanswered')
      yield {
        context: name,
        message: `reached from here, not from the operator, which has counted ${vantage.measured}`,
        effect: current
          ? 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters'
          : 'the operator cannot work on that cluster with the version that it has loaded, which is not the one that is stored',
        ...(current ? { blocksStart: true } : {}),
      };
    else
      yield {
        context: name,
        message: `the stored credential is accepted, the operator's is not: it has counted ${vantage.measured}`,
        effect: 'the operator uses an older credential than the one that is stored, and cannot work on that cluster',
        fix: () => ['kubectl', 'k8ssandra', 'operator', 'restart'],
      };
  },
  // Only a refused right is the reader's lack; a pod that is not there or metrics that are not served are facts of the cluster.
  unjudged: (context, { controlPlane }) => {
    if (context.stored?.ok !== true) return undefined;
    if (onlyHereBlocked(context, controlPlane) !== undefined) return 'identity, access and CRDs: its API server is not reached from here';
    const { operatorView } = controlPlane;
    return operatorView.ok || operatorView.reason !== 'forbidden' ? undefined : `operator: forbidden: ${operatorView.detail}`;
  },
});
