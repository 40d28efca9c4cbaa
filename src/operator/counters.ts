import { hostKey } from '../kube/kubeconfig/url.ts';

/** Answers by HTTP code of one API server, `<error>` when nothing answered. */
export type Counts = Readonly<Record<string, number>>;

const series = /^rest_client_requests_total\{(.*)\}\s+([0-9.eE+]+)(?:\s+-?\d+)?\s*$/;
/** Behind one another, from the first on: what is no label ends them. */
const label = /[\s,]*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\\n]|\\.)*)"/gy;
const escapes: Readonly<Record<string, string>> = { n: '\n' };

/**
 * `rest_client_requests_total{code,host,method}` of client-go, summed over methods, by host as the server URL writes it.
 * Every other series and every line that does not parse is passed over.
 */
export const requestCounts = (text: string): ReadonlyMap<string, Counts> => {
  const hosts = new Map<string, Record<string, number>>();
  for (const line of text.split('\n')) {
    const [, labels, value] = series.exec(line) ?? [];
    if (labels === undefined || !Number.isFinite(Number(value))) continue;
    const valueByLabel = new Map(
      [...labels.matchAll(label)].map(([, name, rawValue = '']) => [name, rawValue.replace(/\\(.)/g, (_, c) => escapes[c] ?? c)]),
    );
    const host = valueByLabel.get('host');
    const code = valueByLabel.get('code');
    if (host === undefined || code === undefined) continue;
    const counts = hosts.get(host) ?? {};
    counts[code] = (counts[code] ?? 0) + Number(value);
    hosts.set(host, counts);
  }
  return hosts;
};

/** The counts of several pods together, by host in its one spelling. */
export const sumCounts = (all: readonly ReadonlyMap<string, Counts>[]): ReadonlyMap<string, Counts> => {
  const sum = new Map<string, Record<string, number>>();
  for (const [hostLabel, counts] of all.flatMap(one => [...one])) {
    const host = hostKey(hostLabel);
    const total = sum.get(host) ?? {};
    for (const [code, count] of Object.entries(counts)) total[code] = (total[code] ?? 0) + count;
    sum.set(host, total);
  }
  return sum;
};

/** What a later reading adds to an earlier one; `undefined` when a counter fell, since then a container was started anew between them. */
export const addedCounts = (earlier: Counts, later: Counts): Counts | undefined => {
  const increases = Object.entries({ ...earlier, ...later }).map(([code]) => [code, (later[code] ?? 0) - (earlier[code] ?? 0)] as const);
  return increases.some(([, count]) => count < 0) ? undefined : Object.fromEntries(increases.filter(([, count]) => count > 0));
};
