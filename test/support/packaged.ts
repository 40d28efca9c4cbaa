import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundle } from './run.ts';

const root = resolve(import.meta.dirname, '../..');
const own = join(root, `dist/kubectl-k8ssandra${process.platform === 'win32' ? '.exe' : ''}`);

/** The path of the packaged binary: what K8SSANDRA_BINARY names, else that of this bundle, which is packaged where it is missing or older. */
export const packaged = (): string => {
  const named = process.env['K8SSANDRA_BINARY'];
  if (named !== undefined) return resolve(named);
  if (!existsSync(own) || statSync(own).mtimeMs < statSync(bundle).mtimeMs)
    execFileSync(process.execPath, ['scripts/package.ts'], { cwd: root, stdio: 'ignore' });
  return own;
};
