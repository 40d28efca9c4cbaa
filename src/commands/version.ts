import type { IO } from '../base/io.ts';
import { jsonText } from '../base/json.ts';

/** Set by the build; absent when the source runs as it is. */
declare const __VERSION__: string | undefined;
declare const __COMMIT__: string | undefined;

/** The facts of this build. */
export const printVersion = (io: IO, output: 'text' | 'json'): void => {
  const facts = {
    version: typeof __VERSION__ === 'string' ? __VERSION__ : 'dev',
    commit: typeof __COMMIT__ === 'string' ? __COMMIT__ : 'unknown',
    node: process.version,
    platform: `${process.platform}/${process.arch}`,
  };
  io.out(
    output === 'json'
      ? `${jsonText(facts, 2)}\n`
      : `kubectl-k8ssandra ${facts.version} (commit ${facts.commit}, Node ${facts.node}, ${facts.platform})\n`,
  );
};
