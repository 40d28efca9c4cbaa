import type { Options } from 'yargs';
import type { Command } from './index.ts';

/** What a command tells the command line of itself. */
export interface Recorded {
  readonly options: ReadonlyMap<string, Options>;
  readonly positionals: ReadonlyMap<string, Options>;
  /** command lines with `$0` for the program, and what each of them does */
  readonly examples: ReadonlyMap<string, string>;
}

/** Runs the builder of a command on a stand-in that writes down what it is told: there is no second list of flags. */
export const recorded = ({ builder }: Pick<Command, 'builder'>): Recorded => {
  const options = new Map<string, Options>();
  const positionals = new Map<string, Options>();
  const examples = new Map<string, string>();
  const recorder: unknown = new Proxy(
    {},
    {
      get:
        (_target, method) =>
        (first: unknown, second: unknown): unknown => {
          if (method === 'positional') positionals.set(String(first), (second ?? {}) as Options);
          if (method === 'option') options.set(String(first), (second ?? {}) as Options);
          if (method === 'options') for (const [name, one] of Object.entries(first as Record<string, Options>)) options.set(name, one);
          if (method === 'example') examples.set(String(first), String(second));
          return recorder;
        },
    },
  );
  if (typeof builder === 'function') void builder(recorder as never);
  return { options, positionals, examples };
};
