import { delimiter, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { usage } from '../../base/errors.ts';
import { fileProblem } from '../../base/input-output.ts';
import type { IO, Machine } from '../../base/io.ts';
import { readDocuments } from '../yaml/documents.ts';
import { type InCluster, inCluster } from './in-cluster.ts';

export type Entry = Readonly<Record<string, unknown>>;
/** One context of the user's own kubeconfig. */
interface UserContext {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}
/** The USER's kubeconfig files as one, merged as kubectl does. Plugins and files it names may be used: they are the user's own. */
export interface UserKubeconfig {
  readonly machine: Machine;
  /** the files that were read: none when there is no kubeconfig */
  readonly files: readonly string[];
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, UserContext>;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  /** the service account of the pod that this runs in */
  readonly inCluster?: InCluster;
}

const filePaths = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/** Reads `--kubeconfig`, else every file of `KUBECONFIG` (first mention wins, missing ones are skipped), else `~/.kube/config`. */
export const readUserKubeconfig = async (io: IO, explicit?: string): Promise<UserKubeconfig> => {
  const listed = (io.env['KUBECONFIG'] ?? '').split(delimiter).filter(path => path !== '');
  const paths = explicit !== undefined ? [explicit] : listed.length > 0 ? [...new Set(listed)] : [join(io.home, '.kube', 'config')];
  const files: { readonly path: string; readonly content: Entry }[] = [];
  for (const path of paths) {
    const content = await read(io, path, explicit !== undefined);
    if (content !== undefined) files.push({ path, content: io.compute(() => parse(path, content)) });
  }
  const merged = (list: string, inner: string): Map<string, Entry> => {
    const entries = new Map<string, Entry>();
    for (const { path, content } of files) {
      for (const item of array(content[list])) {
        const name = item['name'];
        if (typeof name === 'string' && !entries.has(name)) entries.set(name, absolute(record(item[inner]), dirname(resolve(path))));
      }
    }
    return entries;
  };
  const contexts = new Map<string, UserContext>();
  for (const [name, entry] of merged('contexts', 'context')) {
    const namespace = entry['namespace'];
    contexts.set(name, {
      name,
      cluster: String(entry['cluster'] ?? ''),
      user: String(entry['user'] ?? ''),
      ...(typeof namespace === 'string' && namespace !== '' ? { namespace } : {}),
    });
  }
  const currentContext = files.map(({ content }) => content['current-context']).find(name => typeof name === 'string' && name !== '');
  const pod = currentContext === undefined ? await inCluster(io) : undefined;
  return {
    machine: io,
    ...(pod === undefined ? {} : { inCluster: pod }),
    files: files.map(({ path }) => path),
    currentContext: typeof currentContext === 'string' ? currentContext : undefined,
    contexts,
    clusters: merged('clusters', 'cluster'),
    users: merged('users', 'user'),
  };
};

const read = async (io: IO, path: string, required: boolean): Promise<string | undefined> => {
  try {
    return await io.readFile(path);
  } catch (error) {
    const problem = fileProblem(error);
    if (problem === undefined) throw error;
    if (!required && error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw usage(`cannot read the kubeconfig ${path}: ${problem}`, 'pass an existing file with --kubeconfig, or set KUBECONFIG');
  }
};
const parse = (path: string, content: string): Entry => {
  const [document] = readDocuments(content);
  if (document === undefined) return {};
  // Only the position is told: the line may hold a token.
  if ('problem' in document)
    throw usage(`the kubeconfig ${path} ${document.problem} (line ${document.line})`, `correct that line of ${path}`);
  const { value } = document;
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw usage(`the kubeconfig ${path} is not a kubeconfig`, 'pass a kubeconfig file');
  return record(value);
};
export const record = (value: unknown): Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Entry) : {};
const array = (value: unknown): Entry[] => (Array.isArray(value) ? value.map(record) : []);
const absolute = (entry: Entry, folder: string): Entry => {
  const within = (path: string): string => (path === '' || isAbsolute(path) ? path : join(folder, path));
  const command = record(entry['exec'])['command'];
  return {
    ...Object.fromEntries(
      Object.entries(entry).map(([key, value]) => [key, filePaths.includes(key) && typeof value === 'string' ? within(value) : value]),
    ),
    // A command without a separator is looked up in the PATH; clientcmd loader.go GetAuthInfoFileReferences.
    ...(typeof command === 'string' && command.includes(sep) ? { exec: { ...record(entry['exec']), command: within(command) } } : {}),
  };
};
