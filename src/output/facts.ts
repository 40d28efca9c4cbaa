import { commandLine, commandWords, type Remedy, sentenceText, type Target } from '../base/advice.ts';
import type { Step } from '../base/read.ts';
import { plural } from '../base/text.ts';
import type { Finding, ObjectRef, Report, Severity } from '../checks/report.ts';
import { type Status, shownFindings, statusOf } from '../checks/status.ts';
import type { ContextState, ControlPlane } from '../fleet/inventory.ts';
import { operatorVantage } from '../fleet/vantage.ts';
import { shownUrl } from '../kube/kubeconfig/url.ts';

/** The checks of one context in the order in which they run. */
export const stepNames = ['reach', 'tls', 'version', 'identity', 'access', 'crds', 'loaded'] as const;
export type StepName = (typeof stepNames)[number];
export const stepsOf = ({ probe, loaded }: ContextState): Readonly<Record<StepName, Step<unknown>>> => ({ ...probe, loaded });

/** What a step that passed still shows to be wrong: rights or CRDs that are missing, or what the operator has not read. */
export const shortfall = (context: ContextState, name: StepName): string | undefined => {
  const { access, crds } = context.probe;
  const { loaded } = context;
  if (name === 'loaded') return loaded.status === 'pass' && loaded.value !== 'current' ? loaded.value : undefined;
  const step = name === 'access' ? access : name === 'crds' ? crds : undefined;
  if (step?.status !== 'pass' || step.value.missing.length === 0) return undefined;
  return `${step.value.asked - step.value.missing.length}/${step.value.asked}`;
};

export interface Summary {
  readonly contexts: number;
  readonly ok: number;
  readonly warning: number;
  readonly error: number;
  readonly unknown: number;
  /** contexts of which `--only` or `--skip` left something out */
  readonly notJudged: number;
  /** steps of contexts that were not run */
  readonly notRun: number;
  readonly suppressed: number;
}
export const summaryOf = (report: Report): Summary => {
  const statuses = report.contexts.map(({ name }) => statusOf(name, report));
  const count = (status: Status): number => statuses.filter(one => one === status).length;
  return {
    contexts: report.contexts.length,
    ok: count('ok'),
    warning: count('warning'),
    error: count('error'),
    unknown: count('unknown'),
    notJudged: count('notJudged'),
    notRun: report.contexts.flatMap(context => Object.values(stepsOf(context))).filter(({ status }) => status === 'notRun').length,
    suppressed: report.findings.filter(({ suppressed, accepted }) => suppressed && accepted !== true).length,
  };
};

/** `31 contexts: 13 ok, 18 not` and `findings: 17 errors, 5 warnings, 3 notes`: each counted as what it is. */
export const countWords = (report: Report): readonly string[] => {
  const { contexts: all, ok, warning, error, unknown, notJudged, suppressed } = summaryOf(report);
  const of = (severity: Severity): number => shownFindings(report).filter(one => one.severity === severity).length;
  const some = (count: number, words: string): readonly string[] => (count === 0 ? [] : [words]);
  const [errors, warnings, notes] = [of('error'), of('warning'), of('info')];
  const contexts = [
    `${ok} ok`,
    ...some(warning + error, `${warning + error} not`),
    ...some(unknown, `${unknown} not known`),
    ...some(notJudged, `${notJudged} not judged`),
  ];
  const findings = [
    ...some(errors, plural(errors, 'error')),
    ...some(warnings, plural(warnings, 'warning')),
    ...some(notes, plural(notes, 'note')),
    ...some(suppressed, `${suppressed} suppressed`),
  ];
  return [`${plural(all, 'context')}: ${contexts.join(', ')}`, findings.length === 0 ? 'no findings' : `findings: ${findings.join(', ')}`];
};

export const serverOf = ({ stored }: ContextState): string | undefined =>
  stored?.ok === true && stored.value.server !== '' ? shownUrl(stored.value.server) : undefined;
/** `host:port` or `host` as the server URL writes it. */
export const hostOf = (server: string): string =>
  shownUrl(server)
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/\/.*$/s, '');

/** How the running operator fares with the API of this context; `undefined` when its counters could not be read or lack it. */
export const operatorCounts = (context: ContextState, controlPlane: ControlPlane): Readonly<Record<string, number>> | undefined => {
  const vantage = operatorVantage(context, controlPlane);
  return vantage.status === 'unknown' ? undefined : vantage.counts;
};

/** When the stored credential ends: a time, never, or not known. */
export const expiryOf = ({ stored }: ContextState): number | 'never' | undefined => {
  const claims = stored?.ok === true ? stored.value.claims : undefined;
  return claims === undefined ? undefined : (claims.expiresAt ?? 'never');
};

/** `namespace/name` or just the name. */
export const qualified = ({ namespace, name }: { readonly namespace?: string | undefined; readonly name: string }): string =>
  namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;

/** `Kind namespace/name, field`: where a finding is. */
export const whereOf = (object: ObjectRef): string =>
  `${object.kind} ${qualified(object)}${object.field === undefined ? '' : `, ${object.field}`}`;
/** The object and the line of a file, whatever is known of them. */
export const placeText = ({ object, place }: Pick<Finding, 'object' | 'place'>): string =>
  [...(object === undefined ? [] : [whereOf(object)]), ...(place === undefined ? [] : [`${place.file}:${place.line}`])].join(', ');
/** What to do as lines: a command that can be pasted, or a sentence. */
export const remedyLines = (
  { remedies }: Pick<Finding, 'remedies'>,
  target: Target,
): readonly { readonly label: Remedy['label']; readonly text: string }[] =>
  remedies.map(one => ({
    label: one.label,
    text: one.label === 'do' ? sentenceText(one.text, target) : commandLine(one.command, target),
  }));
/** The same as one text a line, each with its label. */
export const labelled = (finding: Pick<Finding, 'remedies'>, target: Target): readonly string[] =>
  remedyLines(finding, target).map(({ label, text }) => `${label}: ${text}`);
/** The same for machines: `fix` is the first command that cures, as the words of its argv, and empty where none does. */
export const remedyFields = (finding: Pick<Finding, 'remedies'>, target: Target) => {
  const lines = remedyLines(finding, target);
  const of = (wanted: Remedy['label']): readonly string[] => lines.filter(({ label }) => label === wanted).map(({ text }) => text);
  const first = finding.remedies.find(({ label }) => label === 'fix');
  return {
    fix: first === undefined || first.label === 'do' ? [] : commandWords(first.command, target),
    fixes: of('fix'),
    look: of('look'),
    do: of('do'),
  };
};
/** A finding about several places of files as one for each, for readers that show a finding where it stands. */
export const byPlace = (finding: Finding): readonly Finding[] => {
  const { details = [], ...whole } = finding;
  if (!details.some(({ place }) => place !== undefined)) return [finding];
  return details.map(({ context, ...detail }) => ({
    ...whole,
    ...detail,
    contexts: context === undefined ? whole.contexts : [context],
    // as if it stood alone, so that it is the same result whatever it is grouped with
    fingerprint: [whole.code, keyOf(detail.object), detail.object?.field ?? '', ...(context === undefined ? [] : [context])].join('|'),
  }));
};
const keyOf = (object: ObjectRef | undefined): string =>
  object === undefined ? '' : `${object.kind}/${object.namespace ?? ''}/${object.name}`;
export const project = 'https://github.com/k8ssandra/kubectl-k8ssandra';
/** The page of a code in the project's repository. */
export const docsOf = (code: string): string => `${project}/blob/main/docs/${code}.md`;

/** `pass` only when everything could be read and nothing is an error. */
export const verdictOf = ({ findings, complete }: Pick<Report, 'findings' | 'complete'>): 'pass' | 'fail' | 'unknown' =>
  findings.some(({ severity, suppressed }) => severity === 'error' && !suppressed) ? 'fail' : complete ? 'pass' : 'unknown';
export const wouldStart = ({ start }: Pick<Report, 'start'>): boolean | null =>
  start.verdict === 'unknown' ? null : start.verdict === 'starts';

/** Whether the stored credential is let in from this machine; `undefined` when that is not known. */
export const upFromHere = ({ providers, secret, stored, probe }: ContextState): boolean | undefined => {
  const steps = [probe.reach, probe.tls, probe.version, probe.identity];
  if (steps.some(({ status }) => status === 'fail')) return false;
  if (providers.length === 0 || stored?.ok === false || (secret.ok && secret.value === undefined)) return false;
  return steps.every(({ status }) => status === 'pass') ? true : undefined;
};
/** Whether the running operator is let in; `undefined` when its counters do not decide that. */
export const upFromOperator = (context: ContextState, controlPlane: ControlPlane): boolean | undefined => {
  const { status } = operatorVantage(context, controlPlane);
  return status === 'reached' ? true : status === 'refused' || status === 'unanswered' ? false : undefined;
};

/** Datacenters and other objects that use a context, each once. */
export const userNames = ({ references }: ContextState): readonly string[] => [
  ...new Set(references.map(({ name, datacenter }) => (datacenter === undefined ? name : `${name}/${datacenter}`))),
];
/** Datacenters that run in the control plane itself. */
export const localUsers = ({ clusters }: ControlPlane): readonly string[] =>
  clusters.ok
    ? clusters.value.flatMap(({ metadata, spec }) =>
        (spec?.cassandra?.datacenters ?? [])
          .filter(({ k8sContext }) => k8sContext === undefined || k8sContext === '')
          .map(({ metadata: meta }, index) => `${metadata.name}/${meta?.name ?? `datacenters[${index}]`}`),
      )
    : [];

/** The ClientConfig that the operator ends up with. */
export const winner = <T>(providers: readonly T[]): T | undefined => providers.at(-1);
