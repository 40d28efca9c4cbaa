import { join, sep } from 'node:path';
import { usage } from '../../base/errors.ts';
import type { IO } from '../../base/io.ts';

/** One text that may hold manifests. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** named on the command line, so that a fault in it is the user's to mend; the others were found in a folder */
  readonly named: boolean;
}
export interface Sources {
  readonly sources: readonly Source[];
  /** what was found in a folder and could not be read */
  readonly unread: readonly string[];
}

const limits = { bytes: 32 * 1024 * 1024, depth: 32, files: 100_000 } as const;
const manifest = /\.(ya?ml|json)$/i;
/** What a text must say somewhere to hold an object that is read; thousands of other files of a must-gather are not even parsed. */
const relevant =
  /\bkind["']?\s*:\s*(?:\*|(?:[!&]\S+\s+){0,2}["']?(?:ClientConfig|K8ssandraCluster|K8ssandraTask|ReplicatedSecret|Secret|SealedSecret|ExternalSecret|Snapshot))|k8ssandra-operator/;

/**
 * The texts behind `-f`: files, `-` for standard input, and the YAML and JSON files of folders, in sorted order. In a folder, names that
 * begin with a dot are passed over, links are not followed, and so nothing outside it is opened.
 */
export const readSources = (io: IO, paths: readonly string[]): Sources => {
  const sources: Source[] = [];
  const unread: string[] = [];
  const add = (file: string, bytes: number, named: boolean): void => {
    if (bytes > limits.bytes) {
      if (named) throw usage(`${file} is larger than ${limits.bytes / 1024 / 1024} MiB`, 'pass the manifests in smaller files');
      unread.push(`${file} is larger than ${limits.bytes / 1024 / 1024} MiB`);
      return;
    }
    if (sources.length >= limits.files) throw usage(`there are more than ${limits.files} manifests`, 'pass a smaller folder');
    try {
      const text = file === '-' ? io.readStdin() : io.readFile(file);
      if (text.length > limits.bytes) throw Object.assign(new Error(), { code: 'EFBIG' });
      // What has no byte order mark is no text to kubectl either.
      if (text.includes('\0')) throw Object.assign(new Error(), { code: 'no text (UTF-16 without a byte order mark?)' });
      if (named || relevant.test(text)) sources.push({ file: file === '-' ? 'stdin' : file, text, named });
    } catch (error) {
      if (named) throw unreadable(file, error);
      unread.push(`${file}: ${codeOf(error)}`);
    }
  };
  const walk = (folder: string, root: string, depth: number): void => {
    if (depth > limits.depth) {
      unread.push(`${folder} is more than ${limits.depth} folders deep`);
      return;
    }
    let names: readonly string[];
    try {
      names = [...io.list(folder)].sort();
    } catch (error) {
      unread.push(`${folder}: ${codeOf(error)}`);
      return;
    }
    for (const name of names) {
      if (name.startsWith('.') || name === 'node_modules') continue;
      const path = join(folder, name);
      const { kind, bytes } = io.look(path);
      if (kind === 'folder') walk(path, root, depth + 1);
      else if (kind === 'file' && manifest.test(name)) add(path, bytes, false);
      else if (kind === 'link' && leadsOut(io, path, root)) unread.push(`${path} is a link out of the folder, and was not followed`);
    }
  };
  for (const path of new Set(paths)) {
    if (path === '-') {
      add(path, 0, true);
      continue;
    }
    // The empty path would be the current folder; it is a variable that nobody has set.
    if (path === '') throw usage('-f is given an empty path', 'pass a file, a folder, or - for standard input with -f');
    let root: string;
    try {
      root = io.realPath(path);
      const { kind, bytes } = io.look(root);
      if (kind === 'folder') walk(path, root, 0);
      else add(path, bytes, true);
    } catch (error) {
      throw unreadable(path, error);
    }
  }
  return { sources, unread };
};

/** A link to something inside the folder is passed over: the walk comes by it anyway. */
const leadsOut = (io: IO, path: string, root: string): boolean => {
  try {
    return !`${io.realPath(path)}${sep}`.startsWith(`${root}${sep}`);
  } catch {
    return manifest.test(path);
  }
};
const codeOf = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'no such file or folder' : code === 'EACCES' ? 'may not be read' : (code ?? 'not readable');
};
const unreadable = (path: string, error: unknown): unknown =>
  (error as NodeJS.ErrnoException).code === undefined
    ? error
    : usage(`cannot read ${path}: ${codeOf(error)}`, 'pass a file, a folder, or - for standard input with -f');
