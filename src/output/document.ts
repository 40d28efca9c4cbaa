import type { ContextState, DataPlane, Probe } from '../model/inventory.ts';
import type { Step } from '../model/read.ts';
import type { Report } from '../model/report.ts';
import { operatorVantage } from '../operator/vantage.ts';
import { expiryOf, operatorCounts, serverOf, statusOf, stepsOf, summaryOf, winner } from './facts.ts';
import { placementDocument } from './placement.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** The versioned document of `-o json` and `-o yaml`: fields are added, never removed. It holds no credential. */
export const toDocument = (report: Report): Readonly<Record<string, unknown>> => {
  const { controlPlane, start, findings, unknown, complete } = report;
  const { operator, pods } = controlPlane;
  return {
    apiVersion: 'cli.k8ssandra.dev/v1',
    kind: 'ContextsCheck',
    verdict: findings.some(({ severity, suppressed }) => severity === 'error' && !suppressed) ? 'fail' : complete ? 'pass' : 'unknown',
    complete,
    operatorWouldStart: start.verdict === 'unknown' ? null : start.verdict === 'starts',
    operatorStart: start,
    controlPlane: {
      context: controlPlane.context,
      server: controlPlane.server,
      version: controlPlane.version.ok ? controlPlane.version.value : null,
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
    },
    summary: summaryOf(report),
    startedAt: iso(report.startedAt),
    durationMs: report.durationMs,
    contexts: report.contexts.map(context => contextDocument(context, report)),
    ...(report.placements === undefined ? {} : placementDocument(report)),
    findings: findings.map(({ place, ...finding }) => ({ ...finding, ...(place === undefined ? {} : { place }) })),
    unknown,
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
    probes: Object.entries(stepsOf(context)).map(([id, step]) => probeDocument(id, step)),
    operatorCounts: counts ?? null,
    operatorVantage: operatorVantage(context, report.controlPlane),
    knownToOperator: webhook?.ok === true ? webhook.value : null,
    expiresAt: typeof expires === 'number' ? iso(expires) : (expires ?? null),
  };
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
