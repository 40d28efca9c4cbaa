import type { IO } from '../../src/base/io.ts';
import { type SelectedContext, selectContext } from '../../src/kube/kubeconfig/select.ts';
import { readUserKubeconfig } from '../../src/kube/kubeconfig/user.ts';

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
  readBytes: path => {
    const content = files[path];
    return content === undefined
      ? Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' }))
      : Promise.resolve(Buffer.from(content));
  },
  readStdin: () => Promise.resolve(''),
  withTerminal: work => work(),
  draw: () => undefined,
  size: () => ({ rows: 24, columns: 80 }),
  compute: async work => work(),
  look: () => ({ kind: 'file', bytes: 0 }),
  list: () => [],
  realPath: path => path,
  writeFile: () => undefined,
  ask: () => Promise.reject(new Error('nobody to ask')),
  now: Date.now,
  interrupted: new AbortController().signal,
  readerGone: () => false,
  exit: () => undefined,
  end: () => undefined,
});

/** The one context of a kubeconfig with these entries, on a machine with these files and variables. */
export const contextOf = async (
  cluster: Readonly<Record<string, unknown>>,
  user: Readonly<Record<string, unknown>> = {},
  env: IO['env'] = {},
  files: Readonly<Record<string, string>> = {},
): Promise<SelectedContext> => {
  const kubeconfig = JSON.stringify({
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
  return selectContext(await readUserKubeconfig(machineWith({ ...files, '/k': kubeconfig }, env), '/k'), {});
};
