import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { temporaryFolder } from '../sandbox/folder.ts';
import { billOfMaterials } from '../scripts/bill-of-materials.ts';
import { entryOf, releaseEntry, versionsOf } from '../scripts/changelog.ts';
import { krewManifest } from '../scripts/krew-manifest.ts';
import { platforms } from '../scripts/node-binaries.ts';
import { archiveOf, verifyRelease } from '../scripts/release-folder.ts';
import { isVersion } from '../scripts/version.ts';

const folder = temporaryFolder('release');

test('a version is one of semver.org without build metadata', () => {
  for (const text of ['0.0.0', '1.0.0', '1.0.0-alpha.1', '1.0.0-0.beta', '1.10.0']) assert.ok(isVersion(text), text);
  for (const text of ['v1.0.0', '1.0', '01.0.0', '1.0.0-01', '1.0.0-', '1.0.0+build', '1.0.0 ', ''])
    assert.equal(isVersion(text), false, text);
});

const changelog = `# Changelog

## [Unreleased]

### Fixed

- A thing.

## [1.0.0] - 2026-01-02

- The first.
`;
test('a release takes over what is unreleased, and leaves room for the next', () => {
  const after = releaseEntry(changelog, '1.1.0', '2026-03-04');
  assert.match(after, /^# Changelog\n\n## \[Unreleased\]\n\n## \[1\.1\.0\] - 2026-03-04\n\n### Fixed\n\n- A thing\.\n\n## \[1\.0\.0\]/);
  assert.deepEqual(versionsOf(after), ['1.1.0', '1.0.0']);
  assert.equal(entryOf(after, '1.1.0'), '### Fixed\n\n- A thing.');
  assert.equal(entryOf(after, 'Unreleased'), '');
  assert.equal(entryOf(after, '9.9.9'), undefined);
  assert.throws(() => releaseEntry(after, '1.2.0', '2026-05-06'), /nothing under/);
});

/** A release of a version in a folder: archives that hold nothing, and everything that speaks of them. */
const releaseIn = (name: string): string => {
  const at = join(folder, name);
  mkdirSync(at);
  const archives = platforms.map(({ os, arch }) => {
    const data = `${os}/${arch}`;
    writeFileSync(join(at, archiveOf(os, arch)), data);
    return { os, arch, file: archiveOf(os, arch), sha256: createHash('sha256').update(data).digest('hex') };
  });
  writeFileSync(join(at, 'plugin.yaml'), krewManifest('1.2.3', archives));
  writeFileSync(join(at, 'sbom.cdx.json'), billOfMaterials('1.2.3'));
  writeFileSync(join(at, 'checksums.txt'), archives.map(({ file, sha256 }) => `${sha256}  ${file}\n`).join(''));
  return at;
};
test("krew's manifest is its template with version, addresses and sums, and nothing is left out of either", () => {
  const archives = platforms.map(({ os, arch }) => ({ os, arch, file: archiveOf(os, arch), sha256: `${os}${arch}` }));
  const { spec } = parse(krewManifest('1.2.3', archives)) as {
    spec: { version: string; caveats: string; platforms: Record<string, unknown>[] };
  };
  assert.equal(spec.version, 'v1.2.3');
  for (const word of ['k8ssandra-client', 'completion kubectl >', '--print-rbac']) assert.ok(spec.caveats.includes(word), word);
  assert.deepEqual(
    spec.platforms.map(({ uri, sha256, bin }) => [String(uri).split('/').slice(-2).join('/'), sha256, bin]),
    platforms.map(({ os, arch }) => [
      `v1.2.3/${archiveOf(os, arch)}`,
      `${os}${arch}`,
      `kubectl-k8ssandra${os === 'windows' ? '.exe' : ''}`,
    ]),
  );
  assert.throws(() => krewManifest('1.2.3', archives.slice(1)), /names kubectl-k8ssandra-linux-amd64.tar.gz, which is not built/);
  assert.throws(
    () => krewManifest('1.2.3', [...archives, { os: 'plan9', arch: 'mips', file: 'x.zip', sha256: '' }]),
    /does not name x.zip/,
  );
});
test('a release is verified against its own bytes', () => {
  verifyRelease(releaseIn('whole'), '1.2.3');
  assert.throws(() => verifyRelease(join(folder, 'whole'), '1.2.4'), /the version in plugin.yaml is "v1.2.3", not "v1.2.4"/);
  const changes: Readonly<Record<string, (at: string) => void>> = {
    'checksums.txt is': at => appendFileSync(join(at, 'kubectl-k8ssandra-darwin-arm64.tar.gz'), 'x'),
    'no such file': at => rmSync(join(at, 'kubectl-k8ssandra-windows-arm64.zip')),
    'list of platforms in plugin.yaml': at => edit(join(at, 'plugin.yaml'), /linux-arm64/, 'linux-riscv'),
    'version in sbom': at => edit(join(at, 'sbom.cdx.json'), /"version": "1.2.3"/, '"version": "1.2.2"'),
  };
  for (const [message, change] of Object.entries(changes)) {
    const at = releaseIn(message.replaceAll(' ', '-'));
    change(at);
    assert.throws(() => verifyRelease(at, '1.2.3'), new RegExp(message), message);
  }
});
const edit = (file: string, pattern: RegExp, text: string): void => writeFileSync(file, readFileSync(file, 'utf8').replace(pattern, text));

test('a release is refused with its reason, a dry run changes nothing, and --publish commits and tags', () => {
  const clone = join(folder, 'clone');
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${resolve(import.meta.dirname, '..')}`, clone]);
  symlinkSync(resolve(import.meta.dirname, '../node_modules'), join(clone, 'node_modules'));
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: clone, encoding: 'utf8' }).trim();
  git('config', 'user.name', 'nobody');
  git('config', 'user.email', 'nobody@example.org');
  for (const name of ['scripts/release.ts', 'scripts/changelog.ts', 'scripts/version.ts', '.gitignore'])
    copyFileSync(resolve(import.meta.dirname, '..', name), join(clone, name));
  writeFileSync(join(clone, 'CHANGELOG.md'), changelog);
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', 'The files as they are now');
  // What the steps do is their own affair; here it counts which are run, and where.
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const steps = join(folder, 'steps');
  writeFileSync(
    join(bin, 'npm'),
    `#!/bin/sh\necho "$(git log -1 --format=%s): $*" >> ${steps}\nmkdir -p dist/release\n[ "$2" = package ] && echo "# $(git rev-parse HEAD)" >> plugin.yaml\nexit 0\n`,
    { mode: 0o755 },
  );
  const release = (...args: string[]) => {
    writeFileSync(steps, '');
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
    const ran = spawnSync(process.execPath, ['scripts/release.ts', ...args], { cwd: clone, encoding: 'utf8', env });
    return { code: ran.status, text: ran.stdout + ran.stderr, steps: readFileSync(steps, 'utf8').trimEnd().split('\n') };
  };
  const refused = (message: RegExp, ...args: string[]): void => {
    const { code, text, steps } = release(...args);
    assert.equal(code, 1, text);
    assert.deepEqual(steps, ['']);
    assert.match(text, message);
  };
  refused(/usage: npm run release -- VERSION/);
  refused(/v2\.0\.0 is not a version/, 'v2.0.0');
  refused(/1\.0\.0 is not newer than 1\.0\.0, which is released/, '1.0.0');
  git('tag', 'v1.5.0');
  refused(/1\.4\.0 is not newer than 1\.5\.0/, '1.4.0');
  refused(/is packaged/, '2.0.0', '--publish', '--skip-packages');
  writeFileSync(join(clone, 'new'), '');
  refused(/changes that are not committed/, '2.0.0');
  rmSync(join(clone, 'new'));

  const head = git('rev-parse', 'HEAD');
  const dry = release('2.0.0');
  assert.equal(dry.code, 0, dry.text);
  const all = ['test', 'run package -- --all', 'run verify-release'].map(step => `Release 2.0.0: ${step}`);
  assert.deepEqual(dry.steps, all);
  assert.deepEqual(release('2.0.0', '--skip-tests', '--skip-packages').steps, ['']);
  for (const wanted of [
    /commit: Release 2\.0\.0/,
    /CHANGELOG\.md/,
    /package\.json/,
    /package-lock\.json/,
    /tag: v2\.0\.0/,
    /- A thing\./,
    /dry run/,
  ])
    assert.match(dry.text, wanted);
  assert.equal(git('rev-parse', 'HEAD'), head);
  assert.equal(git('tag'), 'v1.5.0');
  assert.equal(git('status', '--porcelain'), '');

  const published = release('2.0.0', '--publish');
  assert.equal(published.code, 0, published.text);
  assert.deepEqual(published.steps, all);
  assert.equal(git('rev-parse', 'v2.0.0^'), head);
  // The manifest comes after the tag: it names the sums of what was built of the tagged commit.
  assert.equal(git('rev-parse', 'HEAD^'), git('rev-parse', 'v2.0.0^{commit}'));
  assert.equal(git('diff', '--name-only', 'v2.0.0'), 'plugin.yaml');
  assert.match(readFileSync(join(clone, 'plugin.yaml'), 'utf8'), new RegExp(`# ${git('rev-parse', 'v2.0.0^{commit}')}\n$`));
  assert.match(git('for-each-ref', '--format=%(contents)', 'refs/tags/v2.0.0'), /^2\.0\.0\n\n### Fixed\n\n- A thing\.$/);
  assert.equal(git('status', '--porcelain'), '');
  const { version } = JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8')) as { version: string };
  assert.equal(version, '2.0.0');
  const locked = JSON.parse(git('show', 'HEAD:package-lock.json')) as { version: string; packages: Record<string, { version: string }> };
  assert.deepEqual([locked.version, locked.packages['']?.version], ['2.0.0', '2.0.0']);
  refused(/nothing under ## \[Unreleased\]/, '3.0.0');
});
