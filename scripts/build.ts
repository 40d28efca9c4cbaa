import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
/** The commit the bundle is made from; `unknown` outside a checkout. */
const commit = (): string => {
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
};
const outfile = 'dist/kubectl-k8ssandra.cjs';
await build({
  entryPoints: ['src/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  // What is loaded late comes by the one require that the bundle is given: Node's loader of modules need not start for it.
  supported: { 'dynamic-import': false },
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  banner: { js: '#!/usr/bin/env node\nconst __importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  define: { 'import.meta.url': '__importMetaUrl', __VERSION__: JSON.stringify(version), __COMMIT__: JSON.stringify(commit()) },
  plugins: [
    {
      name: 'one-width',
      setup: ({ onResolve, onLoad }) => {
        // string-width builds its tables when it is loaded, three times over; one measure for all also keeps columns straight.
        onResolve({ filter: /^string-width$/ }, ({ kind }) => ({ path: kind, namespace: 'width' }));
        onLoad({ filter: /./, namespace: 'width' }, ({ path }) => ({
          contents:
            path === 'require-call'
              ? "module.exports = require('fast-string-width').default;"
              : "export { default } from 'fast-string-width';",
          resolveDir: process.cwd(),
        }));
      },
    },
    {
      name: 'late-child-process',
      setup: ({ onResolve, onLoad }) => {
        // It costs more than a millisecond, and no run needs it but one with an exec plugin; client-node loads it with each of its plugins.
        const names = ['execSync', 'spawn', 'spawnSync'];
        onResolve({ filter: /^(node:)?child_process$/ }, ({ namespace }) =>
          namespace === 'late' ? { path: 'node:child_process', external: true } : { path: 'child_process', namespace: 'late' },
        );
        onLoad({ filter: /./, namespace: 'late' }, () => ({
          contents: names.map(name => `exports.${name} = (...given) => require('node:child_process').${name}(...given);`).join('\n'),
        }));
      },
    },
    {
      name: 'without-api-clients',
      setup: ({ onResolve, onLoad }) => {
        // Of client-node only the user's credentials are needed. Its generated clients and their fetch are more than half of the bundle; its
        // proxies, logins and plugins are never given anything to work with.
        onResolve({ filter: /^(undici|hpagent|jsonpath-plus|openid-client|socks|socks-proxy-agent)$|\/gen\// }, ({ path, importer }) =>
          importer.includes('client-node') ? { path, namespace: 'left-out', sideEffects: false } : undefined,
        );
        onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
      },
    },
  ],
});
chmodSync(outfile, 0o755);

// What the binary holds: its loader, and the bundle as a function of what Node gives a module.
await build({
  entryPoints: ['scripts/sea/loader.ts'],
  outfile: 'dist/loader.cjs',
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: true,
});
const module = readFileSync(outfile, 'utf8').replace(/^#!.*\n/, '');
writeFileSync('dist/bundle.cjs', `(function (exports, require, module, __filename, __dirname) {${module}})`);
