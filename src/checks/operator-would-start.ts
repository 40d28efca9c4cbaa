import { look, ours } from '../base/advice.ts';
import { reportCheck } from './check.ts';

/** The verdict as a finding, for a pipeline that is stopped by it alone (`--only KC604`); beside a finding that tells the cause it is silent. */
export const operatorWouldStart = reportCheck({
  code: 'KC604',
  title: 'the operator, restarted now, would start and stay up',
  background: {
    read: 'everything that decides a start: the CRDs, the ImageConfig, each stored kubeconfig in the order of the operator, and the probes',
    causes: ['the finding of the ClientConfig that it names'],
    prevent: 'run it before upgrades and node drains: --only KC604 exits 1 when the operator would not come up',
    related: ['KC601', 'KC202', 'KC401'],
  },
  severity: 'error',
  why: 'it runs on what it has loaded; at its next restart, for whatever reason, all K8ssandraClusters stop and the webhook denies every change',
  cure: 'cure the ClientConfig that it names before anything restarts the operator',
  // Where a check tells the cause, its cure stands here instead.
  remedies: ({ found: { object } }) => [
    look(ours('operator status')),
    ...(object === undefined ? [] : [look(ours('clientconfig describe', [`${object.namespace}/${object.name}`]))]),
  ],
  needs: ['start'],
  *run({ start: { verdict, culprit, context, message } }, { findings }, { source }) {
    if (verdict === 'unknown' && source !== 'manifests') yield { unjudged: `whether the operator would start: ${message}` };
    if (verdict === 'starts' || verdict === 'unknown' || findings.some(({ blocksStart }) => blocksStart)) return;
    const [namespace = '', name = ''] = culprit?.split('/') ?? [];
    yield {
      ...(context === undefined ? {} : { context }),
      ...(culprit === undefined ? {} : { object: { kind: 'ClientConfig', namespace, name } }),
      message: `the operator ${verdict === 'does-not-start' ? 'would exit at once' : 'would start, and stop after two minutes'}${culprit === undefined ? '' : ` because of ClientConfig ${culprit}`}: ${message}`,
      blocksStart: true,
      atOnce: verdict === 'does-not-start',
    };
  },
});
