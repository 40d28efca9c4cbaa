import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { platforms } from './node-binaries.ts';
import { isNewer, releasedChangelog } from './release-plan.ts';

/**
 * `node scripts/release.ts VERSION`: checks, builds, looks at what was built, and says what it would commit and tag. `--publish` commits
 * and tags; pushing is up to a person. `--skip-tests` and `--skip-packages` leave out what has just been done.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { publish: { type: 'boolean' }, 'skip-tests': { type: 'boolean' }, 'skip-packages': { type: 'boolean' } },
});
const [version] = positionals;
const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
const npm = (...args: string[]): void => void execFileSync('npm', args, { stdio: 'inherit' });
const step = (text: string): void => console.log(`\n# ${text}`);
const fail = (message: string): never => {
  console.error(`error: ${message}`);
  process.exit(1);
};

if (version === undefined) fail('which version? node scripts/release.ts 1.2.3');
const wanted = version ?? '';
const current = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version;
step('the tree, the version and the changelog');
if (git('status', '--porcelain') !== '') fail('the tree has changes that are not committed');
if (git('tag', '--list', `v${wanted}`) !== '') fail(`v${wanted} is tagged already`);
if (wanted !== current && !isNewer(wanted, current)) fail(`${wanted} does not come after ${current}`);
const { text, notes } = releasedChangelog(readFileSync('CHANGELOG.md', 'utf8'), wanted, new Date().toISOString().slice(0, 10));
console.log(notes);

/** What was there before, for a dry run to leave behind. */
const before = ['package.json', 'package-lock.json'].map(file => [file, readFileSync(file, 'utf8')] as const);
try {
  if (wanted !== current) npm('version', wanted, '--no-git-tag-version', '--ignore-scripts');
  if (values['skip-tests'] !== true) {
    step('all tests');
    npm('test');
  }
  if (values['skip-packages'] !== true) {
    step('packages for every platform');
    npm('run', 'package', '--', '--all');
    step('what was built');
    const folder = 'dist/release';
    const sums = new Map(
      readFileSync(join(folder, 'checksums.txt'), 'utf8')
        .trim()
        .split('\n')
        .map(line => line.split(/\s+/).reverse() as [string, string]),
    );
    for (const [file, sum] of sums)
      if (
        createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex') !== sum
      )
        fail(`${file} is not what checksums.txt says`);
    if (sums.size !== platforms.length) fail(`checksums.txt names ${sums.size} archives, not ${platforms.length}`);
    const manifest = parse(readFileSync(join(folder, 'plugin.yaml'), 'utf8')) as {
      spec: { version: string; platforms: { uri: string; sha256: string }[] };
    };
    if (manifest.spec.version !== `v${wanted}`) fail(`plugin.yaml is for ${manifest.spec.version}`);
    for (const { uri, sha256 } of manifest.spec.platforms)
      if (sums.get(uri.slice(uri.lastIndexOf('/') + 1)) !== sha256) fail(`plugin.yaml has another sha256 for ${uri}`);
    const smoke = JSON.parse(execFileSync('dist/kubectl-k8ssandra', ['version', '-o', 'json'], { encoding: 'utf8' })) as {
      version: string;
    };
    if (smoke.version !== wanted) fail(`the binary says ${smoke.version}`);
    execFileSync('dist/kubectl-k8ssandra', ['explain', 'KC101'], { stdio: 'ignore' });
    console.log(`${sums.size} archives, checksums and plugin.yaml agree; the binary says ${smoke.version}`);
  }
  step(values.publish === true ? 'commit and tag' : 'dry run: this would be committed and tagged');
  console.log(`CHANGELOG.md: ## [${wanted}]\npackage.json, package-lock.json: ${wanted}\ntag v${wanted}`);
} finally {
  if (values.publish !== true) for (const [file, content] of before) writeFileSync(file, content);
}
if (values.publish === true) {
  writeFileSync('CHANGELOG.md', text);
  git('commit', '--all', '--message', `Release ${wanted}`, '--message', notes);
  git('tag', '--annotate', `v${wanted}`, '--message', `v${wanted}`);
  console.log(`next: git push origin HEAD v${wanted}`);
}
