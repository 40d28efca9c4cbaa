import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onEndOfProcess } from './ending.ts';

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
const own = once(() => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-k8ssandra-'));
  onEndOfProcess(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return folder;
});
/** A new folder, which goes with this process, however it ends but by SIGKILL. */
export const temporaryFolder = (name: string): string => mkdtempSync(join(own(), `${name}-`));
