import { printable } from '../base/errors.ts';
import type { Report } from '../checks/report.ts';
import {
  clusterKey,
  type DatacenterFacts,
  type Fact,
  facts,
  type Judgement,
  judgeDatacenter,
  type PlacementFacts,
} from '../fleet/placement.ts';
import { shownFindings, statusOf } from './facts.ts';
import { fitted, wrap } from './layout.ts';
import { mark, paint, paintAs, type Status, type Style } from './style.ts';

type Column = 'context' | Fact | 'crds';
const stateOf = ({ problems, unknown }: Judgement): Status => (problems.length > 0 ? 'error' : unknown === undefined ? 'ok' : 'unknown');

/** Every cell of one datacenter's row. What was not read is unknown, whatever the reason. */
const states = (report: Report, { cluster }: PlacementFacts, dc: DatacenterFacts): Readonly<Record<Column, Status>> => {
  const judged = judgeDatacenter(cluster, dc, report.controlPlane);
  const context = report.contexts.find(({ name }) => name === dc.context);
  const crds = context?.probe.crds;
  return {
    context: dc.context === '' ? 'ok' : context === undefined ? 'error' : contextState(report, dc.context),
    crds:
      dc.context === ''
        ? stateOf({ problems: dc.crd.ok && !dc.crd.value ? ['missing'] : [], ...(dc.crd.ok ? {} : { unknown: dc.crd.detail }) })
        : crds?.status === 'pass'
          ? crds.value.missing.length > 0
            ? 'error'
            : 'ok'
          : crds?.status === 'fail'
            ? 'error'
            : 'unknown',
    ...(Object.fromEntries(facts.map(fact => [fact, stateOf(judged[fact])])) as Record<Fact, Status>),
  };
};
/** A context is not to blame for what the placement itself found, which has cells of its own. */
const contextState = (report: Report, name: string): Status => {
  const context = report.contexts.find(one => one.name === name);
  const own = report.findings.filter(({ code }) => !/^KC5(03|06|07|08|09|10|11|12)$/.test(code));
  const status = statusOf(name, { ...report, findings: own, unknown: report.unknown.filter(({ code }) => !code.startsWith('KC5')) });
  if (status === 'error' || status === 'unknown') return status;
  if (status === 'notJudged') return 'unknown';
  return context?.probe.identity.status === 'pass' ? status : context?.probe.reach.status === 'fail' ? 'error' : 'unknown';
};

type Verdict = 'yes' | 'no' | 'unknown';
/** Whether an apply would work now: one thing that is wrong says no, one that could not be read leaves it open. */
const verdictOf = (report: Report, placement: PlacementFacts): Verdict => {
  const all = placement.datacenters.flatMap(dc => Object.values(states(report, placement, dc)));
  const { accepted } = placement;
  const errors = shownFindings(report).filter(
    ({ severity, contexts, object }) =>
      severity === 'error' &&
      (contexts.length === 0 || object?.kind !== 'K8ssandraCluster' || object.name === placement.cluster.metadata.name),
  );
  const concerned = errors.filter(
    ({ contexts }) => contexts.length === 0 || placement.datacenters.some(({ context }) => contexts.includes(context)),
  );
  if (all.includes('error') || concerned.length > 0 || (accepted.ok && !accepted.value.accepted)) return 'no';
  return all.includes('unknown') || !accepted.ok || !report.complete ? 'unknown' : 'yes';
};

export const placementWords: Readonly<Record<Verdict, string>> = {
  yes: 'can be applied now',
  no: 'can NOT be applied now',
  unknown: 'unknown',
};
const statusFor: Readonly<Record<Verdict, Status>> = { yes: 'ok', no: 'error', unknown: 'unknown' };
const head = ['DATACENTER', 'CONTEXT', 'NAMESPACE', 'WATCHED', 'CRDS', 'OPERATOR', 'CASS-OPERATOR', 'STORAGE', 'SECRETS', 'UNIQUE'];

/** One block for each K8ssandraCluster of `--for`: the verdict, what the API says, and a row for each datacenter. */
export const placementBlocks = (report: Report, style: Style): readonly string[][] =>
  (report.placements ?? []).map(placement => {
    const verdict = verdictOf(report, placement);
    const { accepted, cluster } = placement;
    const rows = placement.datacenters.map(dc => {
      const state = states(report, placement, dc);
      const named = (column: Column, text: string): string => `${mark(state[column], style)} ${printable(text)}`;
      const version = (operators: DatacenterFacts['operators']): string =>
        operators.ok ? [...new Set(operators.value.flatMap(one => one.version ?? []))].join(', ') : '';
      return [
        printable(dc.name),
        named('context', dc.context === '' ? '(local)' : dc.context),
        named('namespace', dc.namespace),
        mark(state.watched, style),
        mark(state.crds, style),
        named('operator', version(dc.operators)).trimEnd(),
        named('cassOperator', version(dc.cassOperators)).trimEnd(),
        mark(state.storage, style),
        mark(state.secrets, style),
        mark(state.datacenter, style),
      ];
    });
    return [
      ...wrap(
        `Placement of ${paint('bold', printable(clusterKey(cluster)), style)}: ${paintAs(statusFor[verdict], placementWords[verdict], style)}`,
        '',
        '  ',
        style.columns,
      ),
      `${mark(accepted.ok ? (accepted.value.accepted ? 'ok' : 'error') : 'unknown', style)} ${accepted.ok && !accepted.value.accepted ? 'the API server refuses it' : 'the API server accepts it'} (dry run)`,
      ...fitted([head, ...rows], style.columns, [
        'UNIQUE',
        'SECRETS',
        'CRDS',
        'WATCHED',
        'STORAGE',
        'CASS-OPERATOR',
        'OPERATOR',
        'NAMESPACE',
      ]),
    ];
  });

/** What is said of each K8ssandraCluster of `--for`, for machines. */
export const placementsOf = (report: Report) =>
  (report.placements ?? []).map(placement => {
    const { cluster, accepted, datacenters } = placement;
    return {
      cluster: { namespace: cluster.metadata.namespace, name: cluster.metadata.name },
      verdict: verdictOf(report, placement),
      accepted: accepted.ok ? accepted.value : { accepted: null, message: `${accepted.reason}: ${accepted.detail}` },
      datacenters: datacenters.map(dc => {
        const judged = judgeDatacenter(cluster, dc, report.controlPlane);
        const { context, crds } = states(report, placement, dc);
        return {
          name: dc.name,
          context: dc.context,
          namespace: dc.namespace,
          checks: {
            context: { status: context },
            crds: { status: crds },
            ...Object.fromEntries(
              facts.map(fact => {
                const { problems, unknown } = judged[fact];
                return [
                  fact,
                  {
                    status: stateOf(judged[fact]),
                    ...(problems.length === 0 ? {} : { problems }),
                    ...(unknown === undefined ? {} : { unknown }),
                  },
                ];
              }),
            ),
          },
        };
      }),
    };
  });

/** The checks of a datacenter that are not ok, in words. */
export const notOk = ({ checks }: { readonly checks: Readonly<Record<string, { readonly status: Status }>> }): readonly string[] =>
  Object.entries(checks).flatMap(([name, { status }]) => (status === 'ok' ? [] : [`${name} ${status}`]));

/** `placement`: one K8ssandraCluster; `placements`: all of them, when a manifest holds several. */
export const placementDocument = (report: Report): Readonly<Record<string, unknown>> => {
  const all = placementsOf(report);
  return { placement: all[0] ?? null, ...(all.length > 1 ? { placements: all } : {}) };
};
