import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const program = 'dist/kubectl-k8ssandra.cjs';
const printed = (...args: string[]): string =>
  execFileSync(process.execPath, [program, ...args], { encoding: 'utf8', env: { PATH: process.env['PATH'], LANG: 'C.UTF-8' } });
const fenced = (text: string): string => `\`\`\`\n${text.trimEnd()}\n\`\`\``;
/** What stands between `<!-- NAME -->` and `<!-- /NAME -->` is what the program itself prints. */
const parts: Readonly<Record<string, () => string>> = {
  commands: () => fenced(printed('--help').split('Options:')[0] ?? ''),
  'create-flags': () => fenced(printed('clientconfig', 'create', '--help')),
  'rotate-flags': () => fenced(printed('clientconfig', 'rotate', '--help')),
  'check-flags': () => fenced(printed('contexts', 'check', '--help')),
  codes: () => printed('explain', '-o', 'markdown').trimEnd(),
};
const before = readFileSync('README.md', 'utf8');
let after = before;
for (const [name, make] of Object.entries(parts)) {
  const block = new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!block.test(after)) throw new Error(`README.md has no place for ${name}`);
  after = after.replace(block, (_, open: string, close: string) => `${open}\n${make()}\n${close}`);
}
for (const command of ['npm ci && npm run demo', 'npm ci && npm test'])
  if (!after.includes(`\n${command}\n`)) throw new Error(`README.md does not name ${command}`);
// A command that the README shows must parse: its help is printed, or this fails.
for (const [, words] of after.matchAll(/^ {4}kubectl k8ssandra (.+)$/gm)) printed(...(words ?? '').split(' '), '--help');
if (!process.argv.includes('--check')) writeFileSync('README.md', after);
else if (after !== before) throw new Error('README.md is not what the program prints: run node scripts/readme.ts');
