import type { IO } from '../../base/io.ts';
import { isWatched } from '../../cli/watched.ts';
import type { Seen } from '../../fleet/from-cluster/collect.ts';
import type { ContextState, Probe } from '../../fleet/inventory.ts';
import { probingLines } from '../../output/report/probing.ts';
import type { Style } from '../../output/style.ts';

/** Milliseconds between two drawings, and before the first: what is done by then shows nothing. */
const pace = 150;

interface Progress {
  readonly seen: Seen;
  /** takes the lines away */
  readonly stop: () => void;
}
/** Rows that fill in place on standard error while contexts are probed; nothing where nobody looks on. */
export const showProgress = (io: IO, style: Style, controlPlane: string, timeout: number): Progress => {
  const probes = new Map<string, Probe>();
  let contexts: readonly ContextState[] | undefined;
  let since = io.now();
  const draw = (): void => {
    const { rows, columns } = io.size();
    const run = { controlPlane, probes, elapsed: io.now() - since, timeout, ...(contexts === undefined ? {} : { contexts }) };
    io.draw(probingLines(run, { ...style, columns }, rows - 1));
  };
  const timer = isWatched(io) ? setInterval(draw, pace) : undefined;
  return {
    seen: {
      begun: all => {
        contexts = all;
        since = io.now();
      },
      probed: (name, probe) => {
        probes.set(name, probe);
        if (probes.size === contexts?.length) since = io.now();
      },
    },
    stop: () => {
      if (timer === undefined) return;
      clearInterval(timer);
      io.draw([]);
    },
  };
};
