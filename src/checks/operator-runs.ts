import { fleetCheck } from './check.ts';

export const operatorRuns = fleetCheck({
  code: 'KC601',
  title: 'the control plane has one operator, and it runs',
  severity: 'error',
  why: 'nothing is reconciled, and the webhook denies every change of a K8ssandraCluster',
  cure: 'see what the operator says when it stops',
  fix: () => ['kubectl', 'k8ssandra', 'operator', 'status'],
  needs: ['operators'],
  *run({ operators }, { controlPlane: { operator, context, pods } }) {
    if (operator === undefined) {
      const planes = operators.filter(({ controlPlane }) => controlPlane);
      const there = operators.map(({ namespace, name }) => `${namespace}/${name}`).join(', ');
      yield {
        message:
          operators.length === 0
            ? `${context} has no operator Deployment (label control-plane=k8ssandra-operator)`
            : planes.length === 0
              ? `no operator of ${context} is a control plane: ${there} runs as a data plane`
              : `${context} has ${planes.length} control planes: choose one with --namespace`,
        effect: 'ClientConfigs are read by a control plane only: here nobody does',
        fix: () => ['kubectl', 'k8ssandra', 'contexts', 'check', '--context', '<control plane>'],
      };
      return;
    }
    const object = { kind: 'Deployment', namespace: operator.namespace, name: operator.name };
    const waiting = pods.ok ? pods.value.find(pod => pod.waiting === 'CrashLoopBackOff') : undefined;
    if (waiting !== undefined)
      yield {
        object,
        message: `the operator is in CrashLoopBackOff after ${waiting.restarts} restarts, last exit code ${waiting.lastExitCode ?? 'unknown'}`,
      };
    else if (operator.ready === false) yield { object, message: 'the operator is not ready' };
  },
});
