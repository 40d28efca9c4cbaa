import { shownLine } from '../operator/shown-line.ts';
import type { ControlPlane } from './inventory.ts';
import type { Registration } from './registrations.ts';

/** What the operator's last log lines say of its end, and which ClientConfig they blame. */
export interface LastExit {
  /** what of the line may be shown */
  readonly line: string;
  /** `namespace/name`, when the lines name it, its Secret, its context or its server */
  readonly culprit?: string;
}

const tellingLine =
  /unable to create manager|problem running manager|shutting down the operator|timed out waiting for cache|is forbidden|x509:|connection refused|Unauthorized|panic:|"level":"error"|\bERROR\b/;

/** What is known by name in a control plane, and so may stand in a line of its operator's log. */
const namesIn = ({ context, clientConfigs, clusters, operators, stored, secrets }: ControlPlane): ReadonlySet<string> =>
  new Set([
    context,
    ...(clientConfigs.ok ? clientConfigs.value : []).flatMap(({ metadata, spec }) => [
      metadata.namespace,
      metadata.name,
      spec?.contextName ?? metadata.name,
    ]),
    ...(clusters.ok ? clusters.value : []).flatMap(({ metadata }) => [metadata.namespace, metadata.name]),
    ...(operators.ok ? operators.value : []).flatMap(({ namespace, name, serviceAccount }) => [namespace, name, serviceAccount]),
    ...[...secrets.keys()].flatMap(key => key.split('/')),
    ...[...stored.values()].flatMap(one => (one.ok && URL.canParse(one.value.server) ? hostsOf(new URL(one.value.server)) : [])),
  ]);
const hostsOf = ({ host, hostname }: URL): readonly string[] => [host, hostname];

/** The last line that tells of an end, and the culprit; the messages are those of operator main.go and clientconfig_controller.go. */
export const lastExit = (lines: readonly string[], controlPlane: ControlPlane, all: readonly Registration[] = []): LastExit | undefined => {
  const line = lines.findLast(one => tellingLine.test(one)) ?? lines.at(-1);
  if (line === undefined) return undefined;
  const tellingLines = lines.filter(one => tellingLine.test(one)).reverse();
  const culprit = [line, ...tellingLines].map(one => blamed(one, all)).find(found => found !== undefined);
  return { line: shownLine(line, namesIn(controlPlane)), ...(culprit === undefined ? {} : { culprit }) };
};
const blamed = (line: string, all: readonly Registration[]): string | undefined => {
  const registration = all.find(({ config, context, stored }) => {
    const { namespace, name } = config.metadata;
    const host = stored?.ok === true ? stored.value.server.replace(/^https?:\/\//, '').split('/')[0] : undefined;
    return [
      `${namespace}/${name}`,
      `"${config.spec?.kubeConfigSecret?.name}"`,
      `context: ${context},`,
      ...(host === undefined ? [] : [host]),
    ].some(text => line.includes(text));
  });
  return registration === undefined ? undefined : `${registration.config.metadata.namespace}/${registration.config.metadata.name}`;
};
