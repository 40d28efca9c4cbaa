import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Packages the checked-out commit in two fresh clones in two folders, and compares every file of the two releases. */
const folder = mkdtempSync(join(tmpdir(), 'kubectl-k8ssandra-reproducible-'));
try {
  const releases = ['first', 'the/second'].map(name => {
    const clone = join(folder, name);
    execFileSync('git', ['clone', '--quiet', '--no-hardlinks', resolve('.'), clone]);
    symlinkSync(resolve('node_modules'), join(clone, 'node_modules'));
    for (const script of [['scripts/build.ts'], ['scripts/package.ts', '--all']])
      execFileSync(process.execPath, script, { cwd: clone, stdio: ['ignore', 'ignore', 'inherit'] });
    return join(clone, 'dist/release');
  });
  const texts = releases.map(release =>
    ['checksums.txt', 'sbom.cdx.json', 'plugin.yaml'].map(name => readFileSync(join(release, name), 'utf8')),
  );
  if (texts[0]?.join('') !== texts[1]?.join('')) throw new Error(`two builds differ:\n${texts[0]?.[0]}\n${texts[1]?.[0]}`);
  process.stdout.write(`two builds in two folders are the same:\n${texts[0]?.[0]}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
