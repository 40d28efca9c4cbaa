import type { IO } from '../../src/base/io.ts';

/** A machine with these files and variables, and nothing else: nobody to ask, no terminal. */
export const machineWith = (files: Readonly<Record<string, string>> = {}, env: IO['env'] = {}): IO => ({
  env,
  home: '/home/me',
  stdoutTty: false,
  stderrTty: false,
  stdinTty: false,
  columns: undefined,
  out: () => undefined,
  err: () => undefined,
  readFile: path => {
    const content = files[path];
    return content === undefined ? Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' })) : Promise.resolve(content);
  },
  readStdin: () => Promise.resolve(''),
  withTerminal: work => work(),
  compute: work => work(),
  look: () => ({ kind: 'file', bytes: 0 }),
  list: () => [],
  realPath: path => path,
  writePrivate: () => undefined,
  ask: () => Promise.reject(new Error('nobody to ask')),
  now: Date.now,
  interrupted: new AbortController().signal,
  readerGone: () => false,
  exit: () => undefined,
  end: () => undefined,
});
