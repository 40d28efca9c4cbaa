import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { smokeRun, verifyRelease } from './release-folder.ts';

/** What `npm run package -- --all` left in dist/release has to be a release of the checked-out commit. */
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
verifyRelease('dist/release', version);
smokeRun('dist/release', version, execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim());
process.stdout.write(`dist/release is version ${version}: archives, checksums, krew manifest, and the host's binary runs\n`);
