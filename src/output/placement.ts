import { printable } from '../base/errors.ts';
import { facts } from '../checks/judge-datacenter.ts';
import { type PlacedColumn, type PlacedVerdict, placedOf } from '../checks/placed.ts';
import type { Report } from '../checks/report.ts';
import type { Status } from '../checks/status.ts';
import { clusterKey, type DatacenterFacts } from '../fleet/placement.ts';
import { fitted, wrap } from './layout.ts';
import { mark, paint, paintAs, type Style } from './style.ts';

export const placementWords: Readonly<Record<PlacedVerdict, string>> = {
  yes: 'can be applied now',
  no: 'can NOT be applied now',
  unknown: 'unknown',
};
const statusFor: Readonly<Record<PlacedVerdict, Status>> = { yes: 'ok', no: 'error', unknown: 'unknown' };
const head = ['DATACENTER', 'CONTEXT', 'NAMESPACE', 'WATCHED', 'CRDS', 'OPERATOR', 'CASS-OPERATOR', 'STORAGE', 'SECRETS', 'UNIQUE'];

/** One block for each K8ssandraCluster of `--for`: the verdict, what the API says, and a row for each datacenter. */
export const placementBlocks = (report: Report, style: Style): readonly string[][] =>
  placedOf(report).map(({ placement: { accepted, cluster }, verdict, datacenters }) => {
    const rows = datacenters.map(({ facts: dc, states: state }) => {
      const named = (column: PlacedColumn, text: string): string => `${mark(state[column], style)} ${printable(text)}`;
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
  placedOf(report).map(({ placement: { cluster, accepted }, verdict, datacenters }) => ({
    cluster: { namespace: cluster.metadata.namespace, name: cluster.metadata.name },
    verdict,
    accepted: accepted.ok ? accepted.value : { accepted: null, message: `${accepted.reason}: ${accepted.detail}` },
    datacenters: datacenters.map(({ facts: { name, context, namespace }, judged, states }) => ({
      name,
      context,
      namespace,
      checks: {
        context: { status: states.context },
        crds: { status: states.crds },
        ...Object.fromEntries(
          facts.map(fact => {
            const { problems, unknown } = judged[fact];
            const status = states[fact];
            return [fact, { status, ...(problems.length === 0 ? {} : { problems }), ...(unknown === undefined ? {} : { unknown }) }];
          }),
        ),
      },
    })),
  }));

/** The checks of a datacenter that are not ok, in words. */
export const notOk = ({ checks }: { readonly checks: Readonly<Record<string, { readonly status: Status }>> }): readonly string[] =>
  Object.entries(checks).flatMap(([name, { status }]) => (status === 'ok' ? [] : [`${name} ${status}`]));

/** `placement`: one K8ssandraCluster; `placements`: all of them, when a manifest holds several. */
export const placementDocument = (report: Report): Readonly<Record<string, unknown>> => {
  const all = placementsOf(report);
  return { placement: all[0] ?? null, ...(all.length > 1 ? { placements: all } : {}) };
};
