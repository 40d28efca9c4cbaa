import { byHand, fix, kubectl, look, type Remedy } from '../base/advice.ts';
import { type Background, type Check, fleetCheck, type Scene } from './check.ts';
import { type DatacenterFact, factCodes, factWords, judgeDatacenter } from './judge-datacenter.ts';
import { said, sourceOf } from './remedies.ts';

interface PlacementRule {
  readonly title: string;
  readonly background: Background;
  readonly why: string;
  readonly cure: string;
  readonly fact: DatacenterFact;
  readonly losesData?: boolean;
  /** what kubectl shows of it in the cluster of the datacenter */
  readonly look: readonly string[];
  /** the command that cures it there, given the namespace of the datacenter */
  readonly fix?: (namespace: string) => readonly string[];
}
/** One fact of each datacenter of the K8ssandraClusters of `--for`; without `--for` there is nothing to judge. */
export const placementCheck = ({ fact, look: show, fix: cures, ...rule }: PlacementRule): Check =>
  fleetCheck({
    ...rule,
    remedies: said(rule.cure),
    code: factCodes[fact],
    severity: 'error',
    needs: ['placements'],
    helps: ['operator'],
    *run({ placements, operator }) {
      const control = operator.ok && operator.value !== undefined ? { operator: operator.value } : {};
      for (const { cluster, datacenters } of placements) {
        for (const dc of datacenters) {
          const context = dc.context === '' ? {} : { context: dc.context };
          const { problems, unknown } = judgeDatacenter(cluster, dc, control)[fact];
          // What was skipped is explained by the finding about its context.
          if (unknown !== undefined && !unknown.startsWith('skipped'))
            yield { ...context, unjudged: `${factWords[fact]} of datacenter ${dc.name}: ${unknown}` };
          for (const problem of problems) {
            yield {
              ...context,
              object: {
                kind: 'K8ssandraCluster',
                namespace: cluster.metadata.namespace,
                name: cluster.metadata.name,
                field: `spec.cassandra.datacenters[${dc.index}]`,
              },
              message: `datacenter ${dc.name}: ${problem}`,
              remedies: scene => cureInCluster(scene, dc.context, cures?.(dc.namespace), show, rule.cure),
            };
          }
        }
      }
    },
  });
/** In the control plane's own cluster, or through the user's context of the data plane; without one there are only words. */
export const cureInCluster = (
  scene: Scene,
  context: string,
  cures: readonly string[] | undefined,
  show: readonly string[],
  cure: string,
): readonly Remedy[] => {
  const source = context === '' ? undefined : sourceOf(scene)?.name;
  const reached = context === '' || source !== undefined;
  return [
    cures !== undefined && reached ? fix(kubectl(source, ...cures)) : byHand(cure),
    ...(reached ? [look(kubectl(source, ...show))] : []),
  ];
};
