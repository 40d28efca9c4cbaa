import type { Unreadable } from '../base/cause.ts';
import { byText, plural } from '../base/text.ts';
import type { Counts } from '../operator/counters.ts';
import type { ContextState, ControlPlane, OperatorView } from './inventory.ts';

/**
 * How the operator fares with the API server of a context, as far as its counters can tell. They only ever grow, so a verdict needs
 * more than a failure: `refused` and `unanswered` mean that nothing else was counted, since the container started or between two
 * readings; `reached` that it was answered and that no request has ever gone without an answer, which its watches would not survive.
 */
export type Vantage =
  | { readonly status: 'reached' | 'refused' | 'unanswered' | 'undecided'; readonly counts: Counts; readonly measured: string }
  | { readonly status: 'unknown'; readonly reason: Unreadable; readonly detail: string };

/** Fewer failures than this may be one bad moment of a process that has just started. */
const enoughCounts = 3;
const lostConnection = '<error>';

export const operatorVantage = (context: ContextState, { operatorView }: ControlPlane): Vantage => {
  if (!operatorView.ok) return { status: 'unknown', reason: operatorView.reason, detail: operatorView.detail };
  const view = viewOf(context, operatorView.value);
  if (view === undefined) return { status: 'unknown', reason: 'skipped', detail: 'the operator has counted no request to this server' };
  const { counts, recent, since } = view;
  const period = since === undefined ? 'since its container started' : `since its container started at ${since}`;
  const recentFailure = recent === undefined ? undefined : onlyFailure(recent.counts);
  const says = (status: 'reached' | 'refused' | 'unanswered' | 'undecided', measured: string): Vantage => ({ status, counts, measured });
  if (recent !== undefined && recentFailure !== undefined && total(recent.counts) > 1)
    return says(recentFailure, `${worded(recent.counts)} and nothing else within ${(recent.ms / 1000).toFixed(0)}s`);
  const overallFailure = onlyFailure(counts);
  if (overallFailure !== undefined && total(counts) >= enoughCounts)
    return says(overallFailure, `${worded(counts)} and nothing else ${period}`);
  if (overallFailure === undefined && total(counts) > 0 && (counts[lostConnection] ?? 0) === 0)
    return says('reached', `${worded(counts)} ${period}`);
  return says('undecided', `${worded(counts)} ${period}`);
};

/** The kind of failure that is all there was; `undefined` when something else was counted, or nothing at all. */
const onlyFailure = (counts: Counts): 'refused' | 'unanswered' | undefined => {
  const codes = Object.keys(counts).filter(code => (counts[code] ?? 0) > 0);
  if (codes.length === 0 || codes.some(code => code !== lostConnection && code !== '401')) return undefined;
  return codes.includes('401') ? 'refused' : 'unanswered';
};
const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
/** `12 answers with 401, 3 requests without an answer`, the most frequent first. */
const worded = (counts: Counts): string =>
  Object.entries(counts)
    .sort(([a, x], [b, y]) => y - x || byText(a, b))
    .map(([code, count]) =>
      code === lostConnection ? `${plural(count, 'request')} without an answer` : `${plural(count, 'answer')} with ${code}`,
    )
    .join(', ');

/** The operator labels a host as the server URL writes it, with or without the port. */
export const viewOf = ({ stored }: ContextState, views: ReadonlyMap<string, OperatorView>): OperatorView | undefined => {
  if (stored?.ok !== true) return undefined;
  const { server } = stored.value;
  if (!URL.canParse(server)) return undefined;
  const { protocol, hostname, port } = new URL(server);
  if (port !== '') return views.get(`${hostname}:${port}`);
  return views.get(`${hostname}:${protocol === 'http:' ? 80 : 443}`) ?? views.get(hostname);
};

/** Whether nothing but this machine stands in the way: the connection fails from here, and the operator is answered. */
export const onlyHereBlocked = (context: ContextState, controlPlane: ControlPlane): Vantage | undefined => {
  const { reach } = context.probe;
  if (reach.status !== 'fail' || reach.cause === 'stored') return undefined;
  const vantage = operatorVantage(context, controlPlane);
  return vantage.status === 'reached' ? vantage : undefined;
};
/** Everything that decides the start passed from here. */
export const passesHere = ({ probe: { reach, identity } }: ContextState): boolean => reach.status === 'pass' && identity.status === 'pass';
