import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { endWithNpm } from '../sandbox/ending.ts';

/**
 * All test files, or those that are named, on the packaged binary, each in a process of its own; part of `npm test`. Five at a time, since many wait for a time
 * limit or an operator while others can work; what Node compiles for the first of them serves the others.
 */
const root = resolve(import.meta.dirname, '..');
/** What takes longest is begun first: nothing long is left to the end, and files with real API servers do not all meet. */
const longest = [
  ...['answers', 'real/life', 'every-call', 'rotate', 'real/create-and-check', 'paste', 'kubectl/same-as-kubectl', 'docs-run'],
  ...[
    'races',
    'real/races',
    'canary',
    'check-every-call',
    'delete',
    'unread',
    'ending',
    'account',
    'deadline',
    'release',
    'real/placement',
  ],
];
const rank = (file: string): number => {
  const at = longest.findIndex(name => file === join('test', `${name}.test.ts`));
  return at === -1 ? longest.length : at;
};
const all = globSync(['test/*.test.ts', 'test/kubectl/*.test.ts', 'test/real/*.test.ts'], { cwd: root }).sort();
const files = (process.argv.length > 2 ? process.argv.slice(2) : all).sort((a, b) => rank(a) - rank(b));

process.env['K8SSANDRA_BINARY'] ??= join(root, 'dist/kubectl-k8ssandra');
process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules/.cache/node');
endWithNpm();
const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    controller.abort();
    // The files clean up when they are told to end.
    setTimeout(() => process.exit(130), 1000);
  });
run({
  files: files.map(file => join(root, file)),
  concurrency: 5,
  signal: controller.signal,
})
  .on('test:fail', () => {
    process.exitCode = 1;
  })
  .compose(spec)
  .pipe(process.stdout);
