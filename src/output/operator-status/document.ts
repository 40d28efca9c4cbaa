import { documentVersion } from '../../base/domain.ts';
import type { Read } from '../../base/read.ts';
import type { Report } from '../../checks/report.ts';
import { shownFindings } from '../../checks/status.ts';
import type { LastExit } from '../../fleet/last-exit.ts';
import type { Registration } from '../../fleet/registrations.ts';
import type { Operator, OperatorPod } from '../../operator/environment.ts';
import { remedyFields } from '../facts.ts';

/** The operators of a data plane, with their pods. */
export interface DataPlaneStatus {
  readonly operators: readonly Operator[];
  readonly pods: Read<readonly OperatorPod[]>;
}
/** What `operator status` has read of both planes, and the one judgement of it. */
export interface OperatorStatus {
  readonly report: Report;
  readonly registered: readonly Registration[];
  /** by context name */
  readonly dataPlanes: ReadonlyMap<string, Read<DataPlaneStatus>>;
  readonly lastExit: Read<LastExit | undefined>;
}

/** As a versioned document. */
export const operatorStatusDocument = ({
  report,
  registered,
  dataPlanes,
  lastExit,
}: OperatorStatus): Readonly<Record<string, unknown>> => ({
  apiVersion: documentVersion,
  kind: 'OperatorStatus',
  controlPlane: {
    context: report.controlPlane.context,
    operators: report.controlPlane.operators.ok ? report.controlPlane.operators.value : null,
    pods: report.controlPlane.pods.ok ? report.controlPlane.pods.value : null,
  },
  dataPlanes: [...dataPlanes].map(([context, read]) => ({
    context,
    operators: read.ok ? read.value.operators : null,
    pods: read.ok && read.value.pods.ok ? read.value.pods.value : null,
    problem: read.ok ? null : `${read.reason}: ${read.detail}`,
  })),
  contexts: registered.map(({ config, context, loaded }) => ({
    context,
    clientConfig: `${config.metadata.namespace}/${config.metadata.name}`,
    loaded: loaded ?? null,
  })),
  lastExit: lastExit.ok ? (lastExit.value ?? null) : null,
  operatorStart: report.start,
  findings: shownFindings(report)
    .filter(({ severity }) => severity !== 'info')
    .map(finding => ({
      code: finding.code,
      severity: finding.severity,
      contexts: finding.contexts,
      message: finding.message,
      blocksStart: finding.blocksStart,
      ...remedyFields(finding, report.target),
    })),
});
