import { clusterKey, type DatacenterFacts, type PlacementFacts } from '../fleet/placement.ts';
import { type DatacenterFact, type Judgement, judgeDatacenter, placementCodes } from './judge-datacenter.ts';
import type { Finding, Report } from './report.ts';
import { type Status, shownFindings, statusOf } from './status.ts';

/** What the table of `--for` has a column for. */
export type PlacedColumn = 'context' | DatacenterFact | 'crds';
/** Whether a K8ssandraCluster can be applied now. */
export type PlacedVerdict = 'yes' | 'no' | 'unknown';
/** One datacenter of `--for`: each thing that it needs, judged. */
interface PlacedDatacenter {
  readonly facts: DatacenterFacts;
  readonly judged: Readonly<Record<DatacenterFact, Judgement>>;
  readonly states: Readonly<Record<PlacedColumn, Status>>;
}
/** A K8ssandraCluster of `--for`, and whether an apply would work now. */
interface Placed {
  readonly placement: PlacementFacts;
  readonly verdict: PlacedVerdict;
  readonly datacenters: readonly PlacedDatacenter[];
}

export const placedOf = (report: Report): readonly Placed[] =>
  (report.placements ?? []).map(placement => {
    const datacenters = placement.datacenters.map((dc): PlacedDatacenter => {
      const judgements = judgeDatacenter(placement.cluster, dc, report.controlPlane);
      return { facts: dc, judged: judgements, states: statesOf(report, dc, judgements) };
    });
    return { placement, datacenters, verdict: verdictOf(report, placement, datacenters) };
  });

const stateOf = ({ problems, unknown }: Judgement): Status => (problems.length > 0 ? 'error' : unknown === undefined ? 'ok' : 'unknown');
/** What was not read is unknown, whatever the reason. */
const statesOf = (report: Report, dc: DatacenterFacts, judged: Readonly<Record<DatacenterFact, Judgement>>): PlacedDatacenter['states'] => {
  const context = report.contexts.find(({ name }) => name === dc.context);
  const { namespace, watched, storage, cassOperator, secrets, operator, datacenter } = judged;
  return {
    context: dc.context === '' ? 'ok' : context === undefined ? 'error' : contextState(report, dc.context),
    crds: dc.context === '' ? localCrds(dc) : remoteCrds(context?.probe.crds),
    ...{ namespace: stateOf(namespace), watched: stateOf(watched), storage: stateOf(storage), cassOperator: stateOf(cassOperator) },
    ...{ secrets: stateOf(secrets), operator: stateOf(operator), datacenter: stateOf(datacenter) },
  };
};
const localCrds = ({ crd }: DatacenterFacts): Status => (!crd.ok ? 'unknown' : crd.value ? 'ok' : 'error');
const remoteCrds = (crds: Report['contexts'][number]['probe']['crds'] | undefined): Status =>
  crds?.status === 'pass' ? (crds.value.missing.length > 0 ? 'error' : 'ok') : crds?.status === 'fail' ? 'error' : 'unknown';
/** A context is not to blame for what the placement itself found, which has cells of its own. */
const contextState = (report: Report, name: string): Status => {
  const context = report.contexts.find(one => one.name === name);
  const status = statusOf(name, {
    ...report,
    findings: report.findings.filter(({ code }) => !placementCodes.includes(code)),
    unknown: report.unknown.filter(({ code, codes = [code] }) => !codes.every(one => placementCodes.includes(one))),
  });
  if (status === 'error' || status === 'unknown') return status;
  if (status === 'notJudged') return 'unknown';
  return context?.probe.identity.status === 'pass' ? status : context?.probe.reach.status === 'fail' ? 'error' : 'unknown';
};

/** One thing that is wrong says no, one that could not be read leaves it open. */
const verdictOf = (report: Report, { cluster, accepted }: PlacementFacts, datacenters: readonly PlacedDatacenter[]): PlacedVerdict => {
  const all = datacenters.flatMap(({ states }) => Object.values(states));
  // What is said of another K8ssandraCluster keeps this one from nothing.
  const isOthers = ({ object }: Finding): boolean =>
    object?.kind === 'K8ssandraCluster' && `${object.namespace}/${object.name}` !== clusterKey(cluster);
  const ownFindings = shownFindings(report).filter(
    one =>
      one.severity === 'error' &&
      !isOthers(one) &&
      (one.contexts.length === 0 || datacenters.some(({ facts: { context } }) => one.contexts.includes(context))),
  );
  if (all.includes('error') || ownFindings.length > 0 || (accepted.ok && !accepted.value.accepted)) return 'no';
  return all.includes('unknown') || !accepted.ok || !report.complete ? 'unknown' : 'yes';
};
