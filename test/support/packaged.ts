import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundle, there } from './run.ts';

const root = resolve(import.meta.dirname, '../..');
const own = join(root, `dist/kubectl-k8ssandra${process.platform === 'win32' ? '.exe' : ''}`);

/** The path of the packaged binary: what K8SSANDRA_BINARY names, else that of this bundle, which is packaged where it is missing or older. */
export const packaged = (): string => {
  const named = process.env['K8SSANDRA_BINARY'];
  if (named !== undefined) return there(resolve(named), 'npm run package');
  const { mtimeMs } = statSync(there(bundle, 'npm run build'));
  if (!existsSync(own) || statSync(own).mtimeMs < mtimeMs)
    execFileSync(process.execPath, ['scripts/package.ts'], { cwd: root, stdio: 'ignore' });
  return own;
};
