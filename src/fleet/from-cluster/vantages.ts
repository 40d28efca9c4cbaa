import { firstOf } from '../../base/deadline.ts';
import { type Read, unreadable } from '../../base/read.ts';
import { type Connection, type Limits, pauseFor } from '../../kube/api/connection.ts';
import { noneChosen } from '../../operator/control-plane.ts';
import type { ContextState, ControlPlane } from '../inventory.ts';
import { passesHere, viewOf } from '../vantage.ts';
import { readCounters, viewFrom } from './metrics.ts';
import { askWebhook } from './webhook.ts';

/** Milliseconds: for the first answers, which come while the contexts are probed, and between two readings of the counters. */
const patience = 3000;
const between = 2000;

type Time = Pick<Limits, 'signal' | 'deadline'>;

/**
 * Begins to ask for the operator's own view, beside the probes; the returned function ends it once they are known. Counters are read a
 * second time only where the operator has met failures and this machine does not, for only then do they have to be told from old ones.
 */
export const readVantages = (
  connection: Connection,
  controlPlane: ControlPlane,
  contexts: readonly ContextState[],
  time: Time,
): ((probed: readonly ContextState[]) => Promise<Pick<ControlPlane, 'operatorView' | 'webhook'>>) => {
  const { operator, operators } = controlPlane;
  const names = contexts.filter(({ providers, name }) => providers.length > 0 && name !== '').map(({ name }) => name);
  if (operator === undefined || names.length === 0) {
    const operatorView = unreadable('skipped', operator === undefined ? noneChosen(operators) : 'nothing to ask for');
    return async () => ({ operatorView, webhook: new Map() });
  }
  const timeout = unreadable('timed-out', `no answer within ${patience / 1000}s`);
  const startTime = performance.now();
  const first = inTime(readCounters(connection, controlPlane), timeout, patience, time);
  const webhook = inTime(askWebhook(connection, operator.namespace, names), new Map(names.map(name => [name, timeout])), patience, time);
  // Ctrl-C while the probes still run is theirs to report.
  for (const request of [first, webhook]) request.catch(() => undefined);
  return async probed => {
    const firstCounts = await first;
    const view = viewFrom(firstCounts, controlPlane);
    if (!view.ok || !probed.some(context => failing(context, view))) return { operatorView: view, webhook: await webhook };
    const again = pauseFor(between, time.signal).then(() => readCounters(connection, controlPlane));
    const second = await inTime(again, timeout, between + patience, time);
    const operatorView = viewFrom(firstCounts, controlPlane, second, performance.now() - startTime);
    return { operatorView, webhook: await webhook };
  };
};
const failing = (
  context: ContextState,
  view: Read<ReadonlyMap<string, { readonly counts: Readonly<Record<string, number>> }>>,
): boolean => {
  const counts = view.ok ? viewOf(context, view.value)?.counts : undefined;
  return passesHere(context) && ((counts?.['401'] ?? 0) > 0 || (counts?.['<error>'] ?? 0) > 0);
};

/** This vantage is an extra: it never holds up a run for longer than its own share of time. */
const inTime = async <T>(work: Promise<T>, otherwise: T, ms: number, { signal, deadline }: Time): Promise<T> => {
  const settlement = new AbortController();
  const limit = pauseFor(ms, AbortSignal.any([firstOf(signal, deadline), settlement.signal])).then(
    () => otherwise,
    error => {
      if (signal.aborted) throw error;
      return otherwise;
    },
  );
  try {
    return await Promise.race([work, limit]);
  } finally {
    work.catch(() => undefined);
    settlement.abort();
    limit.catch(() => undefined);
  }
};
