import { sentenceText } from '../../base/advice.ts';
import { printable } from '../../base/errors.ts';
import { shortList } from '../../base/text.ts';
import { dataPlaneFacts } from '../../checks/gap.ts';
import type { Report, Undecided } from '../../checks/report.ts';
import { operatorVantage } from '../../fleet/vantage.ts';
import { type RefusedRight, refusedRight, rightsTexts, roleToAskFor } from '../../kube/refused-right.ts';
import { stepNames, stepsOf } from '../facts.ts';
import { wrap } from '../layout.ts';
import { mark, type Style } from '../style.ts';

/** What people call the facts that the checks ask for. */
const factWords: Readonly<Record<string, string>> = {
  clientConfigs: 'ClientConfigs',
  clusters: 'K8ssandraClusters',
  replicatedSecrets: 'ReplicatedSecrets',
  tasks: 'K8ssandraTasks',
  operators: "the operator's Deployment",
  operator: "the operator's request counters",
  pods: "the operator's pods",
  clientConfigCrd: 'the ClientConfig CRD',
  imageConfig: 'the ImageConfig',
  secret: 'Secret',
  stored: 'stored kubeconfig',
  reach: 'API server',
  tls: 'certificate',
  identity: 'identity',
  access: 'rights',
  crds: 'CRDs',
  loaded: 'read state',
  webhook: 'the webhook',
};
const factWord = (fact: string): string => factWords[fact] ?? fact;

/** Something that could not be read or judged. */
export interface UnreadLine {
  readonly text: string;
  readonly contexts: readonly string[];
  /** nothing that this run was asked to read holds it */
  readonly expected: boolean;
}
/** What could not be read or judged as sentences, one for each reason; what the reader's rights do not give is one. */
export const unreadLines = ({
  unknown,
  target,
  controlPlane,
}: Pick<Report, 'unknown' | 'target' | 'controlPlane'>): readonly UnreadLine[] => {
  const rights = unknown.flatMap(one => {
    const right = readersRight(one);
    return right === undefined ? [] : [right];
  });
  // The verdict itself tells why it is not known.
  const rest = unknown.filter(one => readersRight(one) === undefined && one.code !== 'KC604');
  return [
    ...rightsTexts(rights, controlPlane.context).map(text => ({
      text: `${text}: ${sentenceText(roleToAskFor, target)}`,
      contexts: [],
      expected: false,
    })),
    ...[...Map.groupBy(rest, groupOf).values()].map(sentenceOf),
  ];
};
/** Facts of the data planes, mostly read with the stored credential: what that one may not do is no right of the reader. */
const ofDataPlane: readonly string[] = ['reach', 'tls', 'version', 'identity', 'access', 'crds', ...Object.values(dataPlaneFacts)];
const readersRight = ({ gap }: Undecided): RefusedRight | undefined =>
  gap?.reason !== 'forbidden' || ofDataPlane.includes(gap.fact) ? undefined : refusedRight(gap.detail);
const groupOf = ({ gap, reason, contexts, expected }: Undecided): string =>
  JSON.stringify(gap === undefined ? [reason, expected] : [gap.detail, contexts, expected]);
const sentenceOf = (members: readonly Undecided[]): UnreadLine => {
  const contexts = [...new Set(members.flatMap(one => one.contexts))];
  const codes = [...new Set(members.flatMap(({ code, codes: several = [code] }) => several))];
  const facts = [...new Set(members.flatMap(({ gap }) => (gap === undefined ? [] : [factWord(gap.fact)])))];
  const [{ gap, reason = '', expected = false } = {}] = members;
  const about = contexts.length === 0 ? '' : `${shortList(contexts)}: `;
  const text =
    gap !== undefined
      ? `${about}${facts.join(', ')} not read (${gap.detail})`
      : contexts.length === 0
        ? `${reason} (leaves open ${shortList(codes)})`
        : `${about}${reason}`;
  return { text, contexts, expected };
};

/** What could not be judged, a line for each reason. */
export const unknowns = (report: Report, style: Style): string[] =>
  unreadLines(report).flatMap(({ text }) => wrap(printable(text), `${mark('unknown', style)} `, '    ', style.columns));

/** Why a step was not run, for `-v`. */
export const notRunLines = (report: Report, style: Style): string[] => {
  const line = (text: string): string[] => wrap(printable(text), `${mark('notRun', style)} `, '    ', style.columns);
  return [
    ...report.contexts.flatMap(context => {
      const vantage = operatorVantage(context, report.controlPlane);
      const webhook = report.controlPlane.webhook.get(context.name);
      return [
        ...(vantage.status === 'unknown' ? [`${context.name}: the operator's own view is not known: ${vantage.detail}`] : []),
        ...(webhook === undefined || webhook.ok ? [] : [`${context.name}: the webhook was not asked: ${webhook.detail}`]),
      ].flatMap(line);
    }),
    ...report.contexts.flatMap(context =>
      stepNames.flatMap(name => {
        const step = stepsOf(context)[name];
        return step.status === 'notRun' ? line(`${context.name}: ${factWord(name)} not asked: ${step.detail}`) : [];
      }),
    ),
  ];
};
