import { byHand, look, ours } from '../base/advice.ts';
import { fleetCheck } from './check.ts';
import { status } from './remedies.ts';

export const operatorRuns = fleetCheck({
  code: 'KC601',
  title: 'the control plane has one operator, and it runs',
  background: {
    read: 'the operator Deployments of the control plane, and the pods of the one that reads the ClientConfigs',
    causes: [
      'a ClientConfig that it cannot load: another finding names it',
      'a data plane that does not answer, two minutes after each start',
      'the current context is not the control plane',
    ],
    prevent: 'alert on restarts of its pod, and run contexts check --only KC604 before anything restarts it',
    related: ['KC604', 'KC603', 'KC606'],
  },
  severity: 'error',
  why: 'nothing is reconciled, and the webhook denies every change of a K8ssandraCluster',
  cure: 'see what the operator says when it stops',
  remedies: status,
  needs: ['operators', 'operator'],
  helps: ['pods'],
  *run({ operators, operator, pods }, { controlPlane: { context } }) {
    if (operator === undefined) {
      const planes = operators.filter(({ controlPlane }) => controlPlane);
      const operatorNames = operators.map(({ namespace, name }) => `${namespace}/${name}`).join(', ');
      yield {
        message:
          operators.length === 0
            ? `${context} has no operator Deployment (label control-plane=k8ssandra-operator)`
            : planes.length === 0
              ? `no operator of ${context} is a control plane: ${operatorNames} runs as a data plane`
              : `${context} has ${planes.length} control planes: choose one with --namespace`,
        effect: 'ClientConfigs are read by a control plane only: here nobody does',
        remedies: () =>
          planes.length > 1
            ? planes.map(({ namespace }) => look(ours('contexts check', [], '--namespace', namespace)))
            : [byHand('install the operator there with controlPlane=true, or choose the control plane with --context')],
      };
      return;
    }
    const object = { kind: 'Deployment', namespace: operator.namespace, name: operator.name };
    const down = pods.ok
      ? pods.value.find(pod => pod.waiting === 'CrashLoopBackOff' || (!pod.ready && (pod.lastExitCode ?? 0) !== 0))
      : undefined;
    const last = down?.lastLogLine === undefined ? '' : `; last log line: ${down.lastLogLine.slice(0, 400)}`;
    if (down !== undefined)
      yield {
        object,
        message: `the operator ${down.waiting === 'CrashLoopBackOff' ? 'is in CrashLoopBackOff' : 'is not ready'} after ${down.restarts} restarts, last exit code ${down.lastExitCode ?? 'unknown'}${last}`,
      };
    else if (operator.ready === false) yield { object, message: 'the operator is not ready' };
    // Between two crashes its Deployment is available for a while: only the pods tell.
    else if (!pods.ok) yield { gaps: pods.gaps };
  },
});
