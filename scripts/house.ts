/** The rules of the house, which no other tool checks: `node scripts/house.ts`, part of `npm run lint`. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { breaches, houseIn } from './house-rules.ts';

const root = join(import.meta.dirname, '..');
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const files = globSync('src/**/*.ts', { cwd: root }).map(path => path.replaceAll('\\', '/'));
const found = breaches(
  files.sort().map(path => ({ path, text: textOf(path) })),
  houseIn(textOf('docs/architecture.md')),
);
for (const { breach, rule } of found) console.error(`${breach}\n    ${rule}`);
process.exitCode = found.length > 0 ? 1 : 0;
