import { delimiter, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { usage } from '../../base/errors.ts';
import { fileProblem } from '../../base/input-output.ts';
import type { IO, Machine } from '../../base/io.ts';
import { type InCluster, inCluster } from './in-cluster.ts';
import { type Loaded, load } from './load.ts';
import type { Cluster, Context, User } from './v1.ts';

/** The USER's kubeconfig files as one, merged as kubectl does. Plugins and files it names may be used: they are the user's own. */
export interface UserKubeconfig {
  readonly machine: Machine;
  /** the files that were read: none when there is no kubeconfig */
  readonly files: readonly string[];
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, Context>;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly users: ReadonlyMap<string, User>;
  /** the service account of the pod that this runs in, where no context is the current one */
  readonly inCluster?: InCluster;
}

/**
 * Reads `--kubeconfig`, else every file of `KUBECONFIG` (first mention wins, missing ones are skipped), else `~/.kube/config`; client-go
 * clientcmd/loader.go Load.
 */
export const readUserKubeconfig = async (io: IO, explicit?: string): Promise<UserKubeconfig> => {
  const pathList = (io.env['KUBECONFIG'] ?? '').split(delimiter).filter(path => path !== '');
  const paths = explicit !== undefined ? [explicit] : pathList.length > 0 ? [...new Set(pathList)] : [join(io.home, '.kube', 'config')];
  const files: { readonly path: string; readonly loaded: Loaded }[] = [];
  for (const path of paths) {
    const content = await read(io, path, explicit !== undefined);
    if (content !== undefined) files.push({ path, loaded: await io.compute(() => loadedFrom(path, content)) });
  }
  const currentContext = files.map(({ loaded }) => loaded.currentContext).find(name => name !== '');
  const pod = currentContext === undefined ? await inCluster(io) : undefined;
  return {
    machine: io,
    ...(pod === undefined ? {} : { inCluster: pod }),
    files: files.map(({ path }) => path),
    currentContext,
    contexts: merged(files.map(({ loaded }) => loaded.contexts)),
    clusters: merged(files.map(({ path, loaded }) => mapped(loaded.clusters, one => absoluteCluster(one, folderOf(path))))),
    users: merged(files.map(({ path, loaded }) => mapped(loaded.users, one => absoluteUser(one, folderOf(path))))),
  };
};
/** Of a name that several files have, the first file's entry counts, and counts whole. */
const merged = <T>(lists: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> =>
  new Map([...lists].reverse().flatMap(entries => [...entries]));
const mapped = <T>(entries: ReadonlyMap<string, T>, change: (entry: T) => T): ReadonlyMap<string, T> =>
  new Map([...entries].map(([name, entry]) => [name, change(entry)]));

const read = async (io: IO, path: string, required: boolean): Promise<Uint8Array | undefined> => {
  try {
    return await io.readBytes(path);
  } catch (error) {
    const problem = fileProblem(error);
    if (problem === undefined) throw error;
    if (!required && error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw usage(`cannot read the kubeconfig ${path}: ${problem}`, 'pass an existing file with --kubeconfig, or set KUBECONFIG');
  }
};
/** A large fleet's kubeconfig has some MiB. */
const mostBytes = 32 * 1024 * 1024;
const loadedFrom = (path: string, content: Uint8Array): Loaded => {
  const config = load(content, mostBytes);
  if (config.ok) return config.value;
  throw usage(`error loading config file "${path}": ${config.message}`, `correct ${path}, or pass another file with --kubeconfig`);
};

const folderOf = (path: string): string => dirname(resolve(path));
const within = (folder: string, path: string): string => (path === '' || isAbsolute(path) ? path : join(folder, path));
const absoluteCluster = (cluster: Cluster, folder: string): Cluster => ({
  ...cluster,
  certificateAuthority: within(folder, cluster.certificateAuthority),
});
/** A command without a separator is looked up in the PATH; clientcmd loader.go GetAuthInfoFileReferences. */
const absoluteUser = (user: User, folder: string): User => ({
  ...user,
  clientCertificate: within(folder, user.clientCertificate),
  clientKey: within(folder, user.clientKey),
  tokenFile: within(folder, user.tokenFile),
  exec: user.exec?.command.includes(sep) === true ? { ...user.exec, command: within(folder, user.exec.command) } : user.exec,
});
