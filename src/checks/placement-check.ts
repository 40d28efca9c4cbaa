import { type Fact, factCodes, factWords, judgeDatacenter } from '../fleet/placement.ts';
import { type Check, fleetCheck } from './check.ts';

interface PlacementRule {
  readonly title: string;
  readonly why: string;
  readonly cure: string;
  readonly fact: Fact;
  readonly fix: (contexts: readonly string[]) => readonly string[];
  /** the same for one datacenter, when its namespace makes it a better command */
  readonly fixIn?: (context: readonly string[], namespace: string) => readonly string[];
}
/** `kubectl` in the cluster of that context; in the control plane's without one. */
export const kubectl = (contexts: readonly string[], ...words: readonly string[]): readonly string[] => [
  'kubectl',
  ...(contexts[0] === undefined ? [] : ['--context', contexts[0]]),
  ...words,
];
/** One fact of each datacenter of the K8ssandraClusters of `--for`; without `--for` there is nothing to judge. */
export const placementCheck = ({ fact, fixIn, ...rule }: PlacementRule): Check =>
  fleetCheck({
    ...rule,
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
                namespace: cluster.metadata.namespace ?? '',
                name: cluster.metadata.name,
                field: `spec.cassandra.datacenters[${dc.index}]`,
              },
              message: `datacenter ${dc.name}: ${problem}`,
              ...(fixIn === undefined ? {} : { fix: contexts => fixIn(contexts, dc.namespace) }),
            };
          }
        }
      }
    },
  });
