import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { platforms } from './node-binaries.ts';

interface Manifest {
  readonly spec: {
    readonly version: string;
    readonly platforms: readonly {
      readonly selector: { readonly matchLabels: { readonly os: string; readonly arch: string } };
      readonly uri: string;
      readonly sha256: string;
    }[];
  };
}
const same = (what: string, found: unknown, wanted: unknown): void => {
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Error(`${what} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
};
export const archiveOf = (os: string, arch: string): string => `kubectl-k8ssandra-${os}-${arch}.${os === 'windows' ? 'zip' : 'tar.gz'}`;

/** Throws unless a folder holds all archives of a version, and checksums, krew manifest and bill of materials are about these very bytes. */
export const verifyRelease = (folder: string, version: string): void => {
  const sums = Object.fromEntries(
    platforms.map(({ os, arch }) => {
      const file = archiveOf(os, arch);
      return [
        file,
        createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex'),
      ];
    }),
  );
  const lines = readFileSync(join(folder, 'checksums.txt'), 'utf8').trimEnd().split('\n');
  same('checksums.txt', Object.fromEntries(lines.map(line => line.split('  ').reverse())), sums);
  const { spec } = parse(readFileSync(join(folder, 'plugin.yaml'), 'utf8')) as Manifest;
  same('the version in plugin.yaml', spec.version, `v${version}`);
  same(
    'the list of platforms in plugin.yaml',
    spec.platforms.map(({ uri, sha256, selector: { matchLabels } }) => [matchLabels, uri.slice(uri.indexOf('/download/')), sha256]),
    platforms.map(({ os, arch }) => [{ os, arch }, `/download/v${version}/${archiveOf(os, arch)}`, sums[archiveOf(os, arch)]]),
  );
  const { metadata } = JSON.parse(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8')) as { metadata: { component: { version: string } } };
  same('the version in sbom.cdx.json', metadata.component.version, version);
};

/** Unpacks the host's archive as a user would and starts what is in it, with an empty environment. */
export const smokeRun = (folder: string, version: string, commit: string): void => {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const unpacked = mkdtempSync(join(tmpdir(), 'kubectl-k8ssandra-smoke-'));
  try {
    execFileSync('tar', ['-xf', resolve(folder, archiveOf(os, process.arch === 'x64' ? 'amd64' : process.arch))], { cwd: unpacked });
    const run = (...args: string[]): string =>
      execFileSync(join(unpacked, `kubectl-k8ssandra${os === 'windows' ? '.exe' : ''}`), args, { encoding: 'utf8', env: {} });
    const facts = JSON.parse(run('version', '-o', 'json')) as { version: string; commit: string };
    same('what the binary says of itself', [facts.version, facts.commit], [version, commit]);
    for (const args of [['--help'], ['explain'], ['contexts', 'check', '--help']])
      if (run(...args).trim() === '') throw new Error(`kubectl-k8ssandra ${args.join(' ')} prints nothing`);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
};
