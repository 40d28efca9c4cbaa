import { posix } from 'node:path';
import { shownPath } from '../../base/shown.ts';

/** What paths mean in the operator's pod: why one cannot be opened or read there, in the words of Go's os. */
export interface PodFiles {
  readonly openFault: (path: string) => string | undefined;
  readonly readFault: (path: string) => string | undefined;
}

/**
 * A pod with the folders of the operator's image, and of files only those that are given. What lies in a volume that is mounted there is
 * not known here, and so not missing.
 */
export const filesOf = (files: readonly string[], mounts: readonly string[] = []): PodFiles => ({
  openFault: path => {
    const why = missing(path, files, mounts);
    return why === undefined ? undefined : `open ${shownPath(path)}: ${why}`;
  },
  readFault: path => {
    const why = missing(path, files, mounts);
    if (why !== undefined) return `open ${shownPath(path)}: ${why}`;
    return isFolder(path) ? `read ${shownPath(path)}: is a directory` : undefined;
  },
});
const account = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Every pod of the operator has these: without them it could not talk to its own cluster. */
export const accountFiles = ['token', 'ca.crt', 'namespace'].map(name => `${account}/${name}`);

const missing = (path: string, files: readonly string[], mounts: readonly string[]): string | undefined => {
  if (path.includes('\0')) return 'invalid argument';
  if (Buffer.byteLength(path) >= 4096 || path.split('/').some(part => Buffer.byteLength(part) > 255)) return 'file name too long';
  const absolutePath = posix.normalize(`/${path}`);
  const mounted = mounts.some(mount => absolutePath.startsWith(`${posix.normalize(`/${mount}`).replace(/\/$/, '')}/`));
  return isFolder(path) || mounted || files.includes(absolutePath) ? undefined : 'no such file or directory';
};
/** The image is gcr.io/distroless/static (k8ssandra-operator Dockerfile); relative paths begin at its root. */
const folders = new Set(['', 'tmp', 'etc', 'home', 'var', 'usr', 'proc', 'sys', 'dev', 'var/run', account.slice(1)]);
const isFolder = (path: string): boolean => folders.has(posix.normalize(`/${path}`).replace(/^\/|\/$/g, ''));
