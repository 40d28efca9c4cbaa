import type { Options } from 'yargs';
import type { Command } from '../commands/index.ts';

/** What a command tells the command line of itself. */
export interface Recorded {
  readonly options: ReadonlyMap<string, Options>;
  readonly positionals: readonly string[];
}

/** Runs the builder of a command on a stand-in that writes down what it is told: there is no second list of flags. */
export const recorded = ({ builder }: Command): Recorded => {
  const options = new Map<string, Options>();
  const positionals: string[] = [];
  const recorder: unknown = new Proxy(
    {},
    {
      get:
        (_target, method) =>
        (first: unknown, second: unknown): unknown => {
          if (method === 'positional') positionals.push(String(first));
          if (method === 'option') options.set(String(first), (second ?? {}) as Options);
          if (method === 'options') for (const [name, one] of Object.entries(first as Record<string, Options>)) options.set(name, one);
          return recorder;
        },
    },
  );
  if (typeof builder === 'function') void builder(recorder as never);
  return { options, positionals };
};
