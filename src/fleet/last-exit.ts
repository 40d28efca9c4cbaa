import type { Registered } from './registered.ts';

/** What the operator's last log lines say of its end, and which ClientConfig they blame. */
export interface LastExit {
  readonly line: string;
  /** `namespace/name`, when the lines name it, its Secret, its context or its server */
  readonly culprit?: string;
}

const telling =
  /unable to create manager|problem running manager|shutting down the operator|timed out waiting for cache|is forbidden|x509:|connection refused|Unauthorized|panic:|"level":"error"|\bERROR\b/;

/** The last line that tells of an end, and the culprit; the messages are those of operator main.go and clientconfig_controller.go. */
export const lastExit = (lines: readonly string[], all: readonly Registered[]): LastExit | undefined => {
  const line = lines.findLast(one => telling.test(one)) ?? lines.at(-1);
  if (line === undefined) return undefined;
  const said = lines.filter(one => telling.test(one)).reverse();
  const culprit = [line, ...said].map(one => blamed(one, all)).find(found => found !== undefined);
  return { line, ...(culprit === undefined ? {} : { culprit }) };
};
const blamed = (line: string, all: readonly Registered[]): string | undefined => {
  const found = all.find(({ config, context, stored }) => {
    const { namespace, name } = config.metadata;
    const host = stored?.ok === true ? stored.value.server.replace(/^https?:\/\//, '').replace(/\/.*$/, '') : undefined;
    return [
      `${namespace}/${name}`,
      `"${config.spec?.kubeConfigSecret?.name}"`,
      `context: ${context},`,
      ...(host === undefined ? [] : [host]),
    ].some(text => line.includes(text));
  });
  return found === undefined ? undefined : `${found.config.metadata.namespace}/${found.config.metadata.name}`;
};
