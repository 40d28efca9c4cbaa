/**
 * The rules of the house, which no other tool checks: `node scripts/house.ts`, part of `npm run lint`.
 * What broke them when they were made stands in house-exceptions.txt. That list only gets shorter: UPDATE=1 strikes out what is cured.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { breaches, houseIn } from './house-rules.ts';

const root = join(import.meta.dirname, '..');
const list = join(import.meta.dirname, 'house-exceptions.txt');
const files = globSync('src/**/*.ts', { cwd: root }).map(path => path.replaceAll('\\', '/'));
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const house = houseIn(textOf('docs/architecture.md'));
const found = breaches(
  files.sort().map(path => ({ path, text: textOf(path) })),
  house,
);
const excepted = readFileSync(list, 'utf8')
  .split('\n')
  .filter(line => line !== '');
const wrong = found.filter(({ breach }) => !excepted.includes(breach));
const cured = excepted.filter(line => !found.some(({ breach }) => breach === line));
for (const { breach, rule } of wrong) console.error(`${breach}\n    ${rule}`);
if (process.env['UPDATE'] === '1')
  writeFileSync(
    list,
    excepted
      .filter(line => !cured.includes(line))
      .join('\n')
      .concat('\n'),
  );
else
  for (const line of cured)
    console.error(`${line}\n    is cured: strike it out of scripts/house-exceptions.txt (UPDATE=1 node scripts/house.ts)`);
process.exitCode = wrong.length > 0 || (cured.length > 0 && process.env['UPDATE'] !== '1') ? 1 : 0;
