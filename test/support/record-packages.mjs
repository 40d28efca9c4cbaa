// Imported first: names on standard error, as the last line, the packages of node_modules that are loaded.
import { registerHooks } from 'node:module';

const loaded = new Set();
registerHooks({
  load: (url, context, next) => {
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
    if (name !== undefined) loaded.add(name);
    return next(url, context);
  },
});
process.on('exit', () => {
  process.stderr.write(`${JSON.stringify([...loaded])}\n`);
});
