import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

interface Target {
  readonly platform: string;
  readonly arch: string;
  readonly nodeRange: string;
  readonly output: string;
}
type Sea = (
  entry: string,
  options: { targets: Target[]; useLocalNode: boolean; seaConfig: Readonly<Record<string, unknown>> },
) => Promise<void>;
/** pkg's SEA mode as a function: its command line would fetch a Node that npm has brought already. */
const { default: sea } = createRequire(import.meta.url)('@yao-pkg/pkg/lib-es5/sea.js') as { default: Sea };

const platforms: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'macos', win32: 'win' };
const platform = platforms[process.platform];
if (platform === undefined) throw new Error(`no binary is built for ${process.platform}`);
const output = resolve(`dist/kubectl-k8ssandra${process.platform === 'win32' ? '.exe' : ''}`);
mkdirSync('dist', { recursive: true });
rmSync(output, { force: true });
await sea('dist/kubectl-k8ssandra.cjs', {
  targets: [{ platform, arch: process.arch, nodeRange: `node${process.versions.node.split('.')[0]}`, output }],
  useLocalNode: true,
  // The code cache fits the very Node that made it, which here is the one that goes into the binary.
  seaConfig: { useCodeCache: true, disableExperimentalSEAWarning: true },
});
// A failed injection goes unsaid, so the binary has to show that it is ours.
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const answer = execFileSync(output, ['version', '-o', 'json'], { encoding: 'utf8', env: {} });
if ((JSON.parse(answer) as { version: string }).version !== version)
  throw new Error(`${output} does not answer as version ${version}: ${answer}`);
const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
console.log(`${output}: ${mib(statSync(output).size)}, ${mib(gzipSync(readFileSync(output)).length)} compressed`);
