import type { ContextState, ControlPlane, DataPlane, Probe } from '../model/inventory.ts';
import type { Step } from '../model/read.ts';
import type { Finding, Report } from '../model/report.ts';
import { operatorVantage } from '../operator/vantage.ts';
import {
  docsOf,
  expiryOf,
  operatorCounts,
  serverOf,
  statusOf,
  stepsOf,
  summaryOf,
  upFromOperator,
  verdictOf,
  winner,
  wouldStart,
} from './facts.ts';
import { placementDocument } from './placement.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** The versioned document of `-o json` and `-o yaml`: fields are added, never removed. It holds no credential. */
export const toDocument = (report: Report): Readonly<Record<string, unknown>> => ({
  apiVersion: 'cli.k8ssandra.dev/v1',
  kind: 'ContextsCheck',
  ...outcome(report),
  contexts: report.contexts.map(context => contextDocument(context, report)),
  ...(report.placements === undefined ? {} : placementDocument(report)),
  findings: report.findings.map(findingDocument),
  unknown: report.unknown,
});

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

/** The lines of `-o jsonl`: each probe of each context, each finding, each unknown, and the outcome last. */
export const toLines = (report: Report): readonly Readonly<Record<string, unknown>>[] => [
  ...report.contexts.flatMap(context => probesOf(context, report).map(probe => ({ type: 'probe', context: context.name, ...probe }))),
  ...report.findings.map(finding => ({ type: 'finding', ...findingDocument(finding) })),
  ...report.unknown.map(unknown => ({ type: 'unknown', ...unknown })),
  { type: 'summary', apiVersion: 'cli.k8ssandra.dev/v1', ...outcome(report) },
];

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
const findingDocument = (finding: Finding): Readonly<Record<string, unknown>> => ({ ...finding, docs: docsOf(finding.code) });

const contextDocument = (context: ContextState, report: Report): Readonly<Record<string, unknown>> => {
  const config = winner(context.providers);
  const expires = expiryOf(context);
  const counts = operatorCounts(context, report.controlPlane);
  const webhook = report.controlPlane.webhook.get(context.name);
  return {
    name: context.name,
    status: statusOf(context.name, report),
    clientConfig:
      config === undefined
        ? null
        : { namespace: config.metadata.namespace ?? '', name: config.metadata.name, uid: config.metadata.uid ?? null },
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
/** From here each step; from the operator only what it has counted, since what it has not is no fact. */
const probesOf = (context: ContextState, report: Report): readonly Readonly<Record<string, unknown>>[] => {
  const up = upFromOperator(operatorCounts(context, report.controlPlane));
  return [
    ...Object.entries(stepsOf(context)).map(([id, step]) => probeDocument(id, step)),
    ...(up === undefined ? [] : [{ id: 'reach', vantage: 'operator', status: up ? 'pass' : 'fail' }]),
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
