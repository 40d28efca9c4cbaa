import { printable } from '../../base/errors.ts';
import { shortList } from '../../base/text.ts';
import type { ContextState, Probe } from '../../fleet/inventory.ts';
import { cut, fit } from '../layout.ts';
import { paint, type Style } from '../style.ts';
import { probeCells } from './fleet.ts';

/** A run that is under way. */
export interface Probing {
  readonly controlPlane: string;
  /** absent until the control plane is read */
  readonly contexts?: readonly ContextState[];
  readonly probes: ReadonlyMap<string, Probe>;
  /** milliseconds since this part of the run began */
  readonly elapsed: number;
  /** milliseconds that one answer may take */
  readonly timeout: number;
}
const columnNames = ['CLUSTER', 'HERE', 'TLS', 'IDENTITY', 'ACCESS', 'CRDS'] as const;
const dropOrder = ['CRDS', 'TLS', 'CLUSTER', 'ACCESS', 'IDENTITY', 'HERE'];

/** What is known so far, in at most so many lines: a row for each context, and who is awaited for how long. Nothing is judged yet. */
export const probingLines = (run: Probing, style: Style, rows: number): readonly string[] => {
  const { contexts = [], probes } = run;
  const columns = style.columns ?? 80;
  const openContexts = contexts.filter(({ name }) => !probes.has(name));
  // Where not all have room, those that are still awaited are what one waits for.
  const shownContexts = contexts.length + 2 <= rows ? contexts : openContexts.slice(0, Math.max(0, rows - 2));
  const table = [
    ['STATUS', 'CONTEXT', ...columnNames],
    ...shownContexts.map(context => {
      const probe = probes.get(context.name);
      const name = cut(printable(context.name), Math.max(12, Math.floor(columns / 3)), style);
      if (probe === undefined) return [paint('dim', 'probing', style), name, ...columnNames.map(() => '')];
      const cells = probeCells({ ...context, probe }, true, style);
      return ['read', name, ...columnNames.map(column => cells[column])];
    }),
  ];
  const lines = shownContexts.length === 0 ? [] : fit(table, columns - 1, dropOrder, 2).lines;
  return [...lines, cut(stateOf(run, openContexts), columns - 1, style)];
};
const stateOf = ({ controlPlane, contexts, elapsed, timeout }: Probing, awaited: readonly ContextState[]): string => {
  const seconds = Math.floor(elapsed / 1000);
  if (contexts === undefined) return `reading ${printable(controlPlane)} (${seconds}s)`;
  if (awaited.length === 0) return `reading the operator's own view (${seconds}s)`;
  const time = elapsed <= timeout ? `${seconds}s of ${Math.ceil(timeout / 1000)}s` : `${seconds}s`;
  const doneCount = contexts.length - awaited.length;
  return `probing ${doneCount}/${contexts.length}  waiting for ${printable(shortList(awaited.map(({ name }) => name)))} (${time})`;
};
