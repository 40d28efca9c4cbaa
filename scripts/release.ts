import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compare } from 'semver';
import { entryOf, releaseEntry, versionsOf } from './changelog.ts';
import { isVersion } from './version.ts';

const usage = 'npm run release -- VERSION [--publish] [--skip-tests] [--skip-packages]';
const git = (cwd: string, ...args: string[]): string => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
const read = (file: string): string => readFileSync(file, 'utf8');
/** The version of a package.json or of a lock file, which names it twice. */
const withVersion = (text: string, version: string): string => {
  const document = JSON.parse(text) as { version: string; packages?: Record<string, { version?: string }> };
  document.version = version;
  const root = document.packages?.[''];
  if (root !== undefined) root.version = version;
  return `${JSON.stringify(document, null, 2)}\n`;
};

/** Refuses what must not be released; otherwise the files that a release changes, by name. */
const planned = (version: string): Readonly<Record<string, string>> => {
  if (!isVersion(version)) throw new Error(`${version} is not a version of semver.org`);
  if (git('.', 'status', '--porcelain') !== '') throw new Error('the work tree has changes that are not committed');
  const changelog = read('CHANGELOG.md');
  const tags = git('.', 'tag', '--list', 'v*')
    .split('\n')
    .map(tag => tag.slice(1));
  for (const released of [...versionsOf(changelog), ...tags.filter(isVersion)])
    if (compare(version, released) <= 0) throw new Error(`${version} is not newer than ${released}, which is released`);
  const { version: now } = JSON.parse(read('package.json')) as { version: string };
  if (compare(version, now) < 0) throw new Error(`${version} is older than ${now} in package.json`);
  return {
    'CHANGELOG.md': releaseEntry(changelog, version, new Date().toISOString().slice(0, 10)),
    'package.json': withVersion(read('package.json'), version),
    'package-lock.json': withVersion(read('package-lock.json'), version),
  };
};

/** Everything is done in a clone: what is packaged is the very commit that is released, and a dry run leaves nothing behind. */
const release = (version: string, { publish, tests, packages }: Readonly<Record<'publish' | 'tests' | 'packages', boolean>>): void => {
  if (publish && !packages) throw new Error('a release that is published is packaged');
  const files = planned(version);
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-k8ssandra-release-'));
  try {
    const clone = join(folder, 'kubectl-k8ssandra');
    git('.', 'clone', '--quiet', '--no-hardlinks', resolve('.'), clone);
    symlinkSync(resolve('node_modules'), join(clone, 'node_modules'), 'junction');
    for (const key of ['user.name', 'user.email']) git(clone, 'config', key, git('.', 'config', key));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(clone, name), text);
    const entry = entryOf(files['CHANGELOG.md'] ?? '', version) ?? '';
    git(clone, 'commit', '--quiet', '--all', '--allow-empty', '--message', `Release ${version}`);
    // The lines of a changelog that start with # are headings, not comments.
    git(clone, 'tag', '--annotate', '--cleanup=verbatim', `v${version}`, '--message', `${version}\n\n${entry}\n`);
    const script = (...args: string[]): unknown =>
      execFileSync('npm', args, { cwd: clone, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
    if (tests) script('test');
    if (packages) {
      script('run', 'package', '--', '--all');
      script('run', 'verify-release');
      // A commit of its own: the archives name the commit that they were built of, which cannot name their sums.
      git(clone, 'commit', '--quiet', '--all', '--allow-empty', '--message', `Name the archives of ${version} in krew's manifest`);
    }
    process.stdout.write(
      `${git(clone, 'show', '--stat', '--format=commit: %s', `v${version}^{commit}`)}\ntag: v${version}\n\n${entry}\n\n`,
    );
    if (!publish) return void process.stdout.write('nothing is committed or tagged (dry run); --publish does it\n');
    git('.', 'fetch', '--quiet', '--no-tags', clone, 'HEAD');
    git('.', 'merge', '--quiet', '--ff-only', 'FETCH_HEAD');
    git('.', 'fetch', '--quiet', clone, 'tag', `v${version}`);
    rmSync('dist/release', { recursive: true, force: true });
    cpSync(join(clone, 'dist/release'), 'dist/release', { recursive: true });
    process.stdout.write(
      `committed and tagged, and the archives are in dist/release; to release: git push --atomic origin HEAD v${version}\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const flag = { type: 'boolean', default: false } as const;
try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { publish: flag, 'skip-tests': flag, 'skip-packages': flag },
  });
  const [version, ...rest] = positionals;
  if (version === undefined || rest.length > 0) throw new Error(`usage: ${usage}`);
  release(version, { publish: values.publish, tests: !values['skip-tests'], packages: !values['skip-packages'] });
} catch (error) {
  process.stderr.write(`not released: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
