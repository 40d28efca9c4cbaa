import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from '../src/base/once.ts';
import { onEndOfProcess } from './ending.ts';

const own = once(() => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-k8ssandra-'));
  onEndOfProcess(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return folder;
});
/** A new folder, which goes with this process, however it ends but by SIGKILL. */
export const temporaryFolder = (name: string): string => mkdtempSync(join(own(), `${name}-`));
