import type { Target } from '../../base/advice.ts';
import { documentVersion } from '../../base/domain.ts';
import type { Step } from '../../base/read.ts';
import type { Finding, Report, Undecided } from '../../checks/report.ts';
import { statusOf } from '../../checks/status.ts';
import type { ContextState, ControlPlane, DataPlane, Probe } from '../../fleet/inventory.ts';
import { operatorVantage, type Vantage } from '../../fleet/vantage.ts';
import { docsOf, expiryOf, operatorCounts, remedyFields, serverOf, stepsOf, summaryOf, verdictOf, winner, wouldStart } from '../facts.ts';
import { placementDocument, placementsOf } from '../placement.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** The versioned document of `-o json` and `-o yaml`: fields are added, never removed. It holds no credential. */
export const toDocument = (report: Report): Readonly<Record<string, unknown>> => ({
  apiVersion: documentVersion,
  kind: 'ContextsCheck',
  ...outcome(report),
  contexts: report.contexts.map(context => contextDocument(context, report)),
  ...(report.placements === undefined ? {} : placementDocument(report)),
  findings: report.findings.map(finding => findingDocument(finding, report.target)),
  unknown: report.unknown.map(unknownDocument),
});

/** The lines of `-o jsonl`: the probes of each context, placements, findings, what is unknown, and the outcome last. */
export const toLines = (report: Report): readonly Readonly<Record<string, unknown>>[] => [
  ...report.contexts.flatMap(context => probesOf(context, report).map(probe => ({ type: 'probe', context: context.name, ...probe }))),
  ...placementsOf(report).map(placement => ({ type: 'placement', ...placement })),
  ...report.findings.map(finding => ({ type: 'finding', ...findingDocument(finding, report.target) })),
  ...report.unknown.map(unknown => ({ type: 'unknown', ...unknownDocument(unknown) })),
  { type: 'summary', apiVersion: documentVersion, ...outcome(report) },
];

/** What the whole run comes to. */
const outcome = (report: Report): Readonly<Record<string, unknown>> => ({
  verdict: verdictOf(report),
  complete: report.complete,
  operatorWouldStart: wouldStart(report),
  operatorStart: report.start,
  controlPlane: controlPlaneDocument(report.controlPlane),
  summary: summaryOf(report),
  startedAt: iso(report.startedAt),
  durationMs: report.durationMs,
});

const controlPlaneDocument = ({
  context,
  server,
  version,
  clusterUid,
  operator,
  pods,
}: ControlPlane): Readonly<Record<string, unknown>> => ({
  context,
  server,
  version: version.ok ? version.value : null,
  clusterUid: clusterUid.ok ? (clusterUid.value ?? null) : null,
  operator:
    operator === undefined
      ? null
      : {
          namespace: operator.namespace,
          name: operator.name,
          version: operator.version ?? null,
          ready: operator.ready ?? null,
          restarts: pods.ok ? pods.value.reduce((sum, { restarts }) => sum + restarts, 0) : null,
          watchNamespaces: operator.watches,
        },
});
const unknownDocument = ({ gap: _, ...unknown }: Undecided): Readonly<Record<string, unknown>> => unknown;
const findingDocument = (finding: Finding, target: Target): Readonly<Record<string, unknown>> => {
  const {
    details,
    remedies: _,
    also: __,
    harm: ___,
    accepted: ____,
    effect,
    blocksStart,
    place,
    suppressed,
    fingerprint,
    ...about
  } = finding;
  return {
    ...about,
    effect,
    ...remedyFields(finding, target),
    blocksStart,
    ...(place === undefined ? {} : { place }),
    ...(details === undefined ? {} : { details: details.map(({ remedies: _____, also: ______, ...detail }) => detail) }),
    suppressed,
    fingerprint,
    docs: docsOf(finding.code),
  };
};

const contextDocument = (context: ContextState, report: Report): Readonly<Record<string, unknown>> => {
  const config = winner(context.providers);
  const expires = expiryOf(context);
  const counts = operatorCounts(context, report.controlPlane);
  const webhook = report.controlPlane.webhook.get(context.name);
  return {
    name: context.name,
    status: statusOf(context.name, report),
    clientConfig:
      config === undefined ? null : { namespace: config.metadata.namespace, name: config.metadata.name, uid: config.metadata.uid ?? null },
    secret:
      config === undefined
        ? null
        : { name: config.spec?.kubeConfigSecret?.name ?? '', loaded: context.loaded.status === 'pass' ? context.loaded.value : null },
    server: serverOf(context) ?? null,
    version: versionOf(context.probe),
    clusterUid: uidOf(context.dataPlane),
    usedBy: context.references.map(({ kind, namespace, name, field }) => ({ kind, namespace, name, field })),
    probes: probesOf(context, report),
    operatorCounts: counts ?? null,
    operatorVantage: operatorVantage(context, report.controlPlane),
    knownToOperator: webhook?.ok === true ? webhook.value : null,
    expiresAt: typeof expires === 'number' ? iso(expires) : (expires ?? null),
  };
};
/** From here each step; from the operator only what its counters decide, since what they do not is no fact. */
const probesOf = (context: ContextState, report: Report): readonly Readonly<Record<string, unknown>>[] => [
  ...Object.entries(stepsOf(context)).map(([id, step]) => probeDocument(id, step)),
  ...operatorProbe(operatorVantage(context, report.controlPlane)),
];
const operatorProbe = (vantage: Vantage): readonly Readonly<Record<string, unknown>>[] => {
  if (vantage.status === 'unknown' || vantage.status === 'undecided') return [];
  const probe = { id: 'reach', vantage: 'operator' };
  return [
    vantage.status === 'reached'
      ? { ...probe, status: 'pass' }
      : { ...probe, status: 'fail', cause: vantage.status, reason: vantage.measured },
  ];
};
const versionOf = ({ version }: Probe): string | null => (version.status === 'pass' ? version.value : null);
const uidOf = ({ clusterUid }: DataPlane): string | null => (clusterUid.ok ? (clusterUid.value ?? null) : null);
const probeDocument = (id: string, step: Step<unknown>): Readonly<Record<string, unknown>> => ({
  id,
  vantage: 'here',
  status: step.status,
  ...(step.status === 'fail'
    ? { cause: step.cause, reason: step.detail }
    : step.status === 'notRun'
      ? { cause: step.reason, reason: step.detail }
      : step.ms === undefined
        ? {}
        : { durationMs: step.ms }),
});
