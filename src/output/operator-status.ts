import { documentVersion } from '../base/domain.ts';
import { printable } from '../base/errors.ts';
import type { Read } from '../base/read.ts';
import type { OperatorStart } from '../checks/report.ts';
import type { ControlPlane } from '../fleet/inventory.ts';
import type { LastExit } from '../fleet/last-exit.ts';
import type { Registered } from '../fleet/registered.ts';
import type { Operator, OperatorPod } from '../operator/environment.ts';
import { fitted, span } from './layout.ts';
import type { Style } from './style.ts';

/** What `operator status` has read of both planes. */
export interface OperatorStatus {
  readonly controlPlane: ControlPlane;
  readonly registered: readonly Registered[];
  readonly dataPlanes: ReadonlyMap<string, Read<{ readonly operators: readonly Operator[]; readonly pods: Read<readonly OperatorPod[]> }>>;
  readonly lastExit: Read<LastExit | undefined>;
  readonly start: OperatorStart;
}

const watched = ({ watches }: Operator): string => (watches === 'all' ? 'all namespaces' : watches.join(','));
const mode = ({ controlPlane }: Operator): string => (controlPlane ? 'control plane' : 'data plane');
const row = (plane: string, operator: Operator, pods: Read<readonly OperatorPod[]> | undefined, now: number): string[] => [
  plane,
  `${operator.namespace}/${operator.name}`,
  operator.version ?? '?',
  mode(operator),
  watched(operator),
  operator.ready ? 'yes' : 'NO',
  pods === undefined ? '-' : pods.ok ? String(pods.value.reduce((sum, pod) => sum + pod.restarts, 0)) : '?',
  pods === undefined ? '-' : endOf(pods, now),
  operator.image ?? '?',
];
/** How its container last ended: the exit code, and how long ago. */
const endOf = (pods: Read<readonly OperatorPod[]>, now: number): string => {
  if (!pods.ok) return '?';
  const ended = pods.value.find(({ lastExitCode }) => lastExitCode !== undefined);
  if (ended === undefined) return '-';
  const at = Date.parse(ended.lastExitAt ?? '');
  return `${ended.lastExitCode}${Number.isNaN(at) ? '' : ` ${span(now - at)} ago`}`;
};
const unread = (plane: string, why: string): string[] => [plane, `? (${why})`, ...Array.from({ length: 7 }, () => '?')];
const states = { current: 'loaded', stale: 'pending', never: 'never', ignored: 'ignored', 'no-secret': 'no Secret' } as const;

/** Both planes as a table, then what the operator has loaded, how it last ended, and whether it would start. */
export const operatorStatusText = (
  { controlPlane, registered, dataPlanes, lastExit, start }: OperatorStatus,
  now: number,
  style: Style,
): string => {
  const { operators, pods, context } = controlPlane;
  const rows = [
    ...(operators.ok
      ? operators.value.map(operator => row(context, operator, operator === controlPlane.operator ? pods : undefined, now))
      : [unread(context, operators.reason)]),
    ...[...dataPlanes].flatMap(([name, read]) =>
      !read.ok
        ? [unread(name, `${read.reason}: ${read.detail}`)]
        : read.value.operators.length === 0
          ? [[name, 'none in the namespace of its service account', ...Array.from({ length: 7 }, () => '-')]]
          : read.value.operators.map(operator => row(name, operator, read.value.pods, now)),
    ),
  ];
  const ended = pods.ok ? pods.value.find(({ lastExitCode }) => lastExitCode !== undefined) : undefined;
  const waiting = pods.ok ? pods.value.find(pod => pod.waiting !== undefined)?.waiting : undefined;
  const at = Date.parse(ended?.lastExitAt ?? '');
  const lines = [
    ...fitted(
      [['PLANE', 'OPERATOR', 'VERSION', 'MODE', 'WATCHES', 'READY', 'RESTARTS', 'LAST EXIT', 'IMAGE'], ...rows].map(cells =>
        cells.map(cell => printable(cell)),
      ),
      style.columns,
      ['IMAGE', 'WATCHES', 'MODE', 'LAST EXIT'],
    ),
    '',
    ...fitted(
      [
        ['CONTEXT', 'CLIENTCONFIG', 'LOADED'],
        ...registered.map(({ config, context: name, loaded }) => [
          printable(name),
          printable(`${config.metadata.namespace}/${config.metadata.name}`),
          loaded === undefined ? '?' : states[loaded],
        ]),
      ],
      style.columns,
      ['CLIENTCONFIG'],
    ),
    '',
    ...(waiting === undefined ? [] : [`the operator waits: ${printable(waiting)}`]),
    ended === undefined
      ? pods.ok
        ? 'the operator has not ended since its pod was made'
        : `how the operator last ended is unknown: ${printable(pods.detail)}`
      : `the operator last ended with ${ended.lastExitCode}${Number.isNaN(at) ? '' : `, ${span(now - at)} ago`}${ended.lastExitCode === 0 ? ' (it restarts itself when a ClientConfig changes)' : ''}`,
    ...(lastExit.ok
      ? lastExit.value === undefined
        ? []
        : [
            `  ${printable(lastExit.value.line)}`,
            ...(lastExit.value.culprit === undefined ? [] : [`  culprit: ClientConfig ${printable(lastExit.value.culprit)}`]),
          ]
      : [`  its last words are unknown: ${printable(lastExit.detail)}`]),
    `If it restarted now: ${start.verdict}${start.verdict === 'starts' ? '; whether it then stays up is asked of the data planes by contexts check' : `, ${printable(`${start.culprit === undefined ? '' : `ClientConfig ${start.culprit}: `}${start.message}`)}`}`,
  ];
  return `${lines.join('\n')}\n`;
};

/** The same as a versioned document. */
export const operatorStatusDocument = ({
  controlPlane,
  registered,
  dataPlanes,
  lastExit,
  start,
}: OperatorStatus): Readonly<Record<string, unknown>> => ({
  apiVersion: documentVersion,
  kind: 'OperatorStatus',
  controlPlane: {
    context: controlPlane.context,
    operators: controlPlane.operators.ok ? controlPlane.operators.value : null,
    pods: controlPlane.pods.ok ? controlPlane.pods.value : null,
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
  operatorStart: start,
});
