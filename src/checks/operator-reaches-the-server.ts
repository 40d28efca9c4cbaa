import { contextCheck } from './check.ts';
import { isOnlyHereBlocked } from './connection-check.ts';
import { readdressed, restarted, said, several } from './remedies.ts';

/** The counters are the operator's rest_client_requests_total, which client-go keeps for each host; src/fleet/vantage.ts. */
export const operatorReachesTheServer = contextCheck({
  code: 'KC308',
  title: 'here and the operator reach the same servers',
  background: {
    read: 'the request counters of the operator for that API server (rest_client_requests_total), beside the probe from this machine',
    causes: [
      'a NetworkPolicy or firewall lets only one of the two through',
      'the operator uses a credential that it loaded before the last rotation',
      'the name resolves to another address inside the cluster',
    ],
    prevent: 'check from a machine in the network of the control plane',
    related: ['KC303', 'KC602', 'KC603'],
  },
  severity: 'error',
  about: 'server',
  why: 'one side can connect, the other cannot: a firewall, a NetworkPolicy, DNS or a proxy',
  cure: 'open the way from the blocked side to that API server, or restart an operator that uses an older credential',
  remedies: several(
    said('open the way from the pod of the operator to that API server'),
    readdressed('or give it an address that the pod reaches'),
  ),
  needs: ['vantage'],
  helps: ['reach', 'identity', 'loaded'],
  *run({ vantage, reach, identity, loaded }) {
    if (isOnlyHereBlocked({ reach, vantage: { ok: true, value: vantage } }))
      yield {
        severity: 'warning',
        message: `blocked from here, not from the operator, which has counted ${vantage.measured}`,
        effect: 'the operator goes on; from this machine nothing more can be said of that cluster',
        remedies: said('run this from a machine that reaches that API server'),
      };
    const passesHere = [reach, identity].every(step => step.ok && step.value.status === 'pass');
    if (!passesHere || (vantage.status !== 'refused' && vantage.status !== 'unanswered')) return;
    const current = loaded.ok && loaded.value === 'current';
    if (vantage.status === 'unanswered')
      yield {
        message: `reached from here, not from the operator, which has counted ${vantage.measured}`,
        effect: current
          ? 'the operator, restarted, cannot fill its caches from that cluster and stops after two minutes, with all K8ssandraClusters'
          : 'the operator cannot work on that cluster with the version that it has loaded, which is not the one that is stored',
        ...(current ? { blocksStart: true } : {}),
      };
    else
      yield {
        message: `the stored credential is accepted, the operator's is not: it has counted ${vantage.measured}`,
        effect: 'the operator uses an older credential than the one that is stored, and cannot work on that cluster',
        remedies: restarted,
      };
  },
});
