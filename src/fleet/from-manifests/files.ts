import { join, sep } from 'node:path';
import { UserError, usage } from '../../base/errors.ts';
import { fileLimit } from '../../base/files.ts';
import { fileProblem } from '../../base/input-output.ts';
import type { IO } from '../../base/io.ts';
import { nextTurn } from '../../base/turns.ts';

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

/** `names`: looked at, of whatever kind; `bytes`: of all texts that are kept. */
const limits = { depth: 32, files: 100_000, names: 1_000_000, bytes: 512 * 1024 * 1024 } as const;
/** Names that are looked at in one turn, in which no signal is heard. */
const turn = 1000;
const manifest = /\.(ya?ml|json)$/i;
/** What a text must say somewhere to hold an object that is read; thousands of other files of a must-gather are not even parsed. */
const relevantText =
  /\bkind["']?\s*:\s*(?:\*|(?:[!&]\S{1,200}\s+){0,2}["']?(?:ClientConfig|K8ssandraCluster|K8ssandraTask|ReplicatedSecret|Secret|SealedSecret|ExternalSecret|Snapshot))|k8ssandra-operator/;

/**
 * The texts behind `-f`: files, `-` for standard input, and the YAML and JSON files of folders, in sorted order. In a folder, names that
 * begin with a dot are passed over, links are not followed, and so nothing outside it is opened.
 */
export const readSources = async (io: IO, paths: readonly string[]): Promise<Sources> => {
  const sources: Source[] = [];
  const readFaults: string[] = [];
  let totalSize = 0;
  let fileCount = 0;
  const add = async (file: string, bytes: number, named: boolean): Promise<void> => {
    if (sources.length >= limits.files) throw tooMuch(`${limits.files} manifests`);
    if (totalSize > limits.bytes) throw tooMuch(`${limits.bytes / 1024 / 1024} MiB of manifests`);
    try {
      if (bytes > fileLimit) throw failure('is larger than 32 MiB');
      const text = file === '-' ? await io.readStdin() : await io.readFile(file);
      // What has no byte order mark is no text to kubectl either.
      if (text.includes('\0')) throw failure('is no text (UTF-16 without a byte order mark?)');
      if (!named && !relevantText.test(text)) return;
      sources.push({ file: file === '-' ? 'stdin' : file, text, named });
      totalSize += text.length;
    } catch (error) {
      if (named) throw unreadable(file, error);
      readFaults.push(`${file}: ${problemOf(error)}`);
    }
  };
  const walk = async (folder: string, root: string, depth: number): Promise<void> => {
    if (depth > limits.depth) {
      readFaults.push(`${folder} is more than ${limits.depth} folders deep`);
      return;
    }
    let names: readonly string[];
    try {
      names = [...io.list(folder)].sort();
    } catch (error) {
      readFaults.push(`${folder}: ${problemOf(error)}`);
      return;
    }
    for (const name of names) {
      if (name.startsWith('.') || name === 'node_modules') continue;
      if (++fileCount > limits.names) throw tooMuch(`${limits.names} files`);
      if (fileCount % turn === 0) await nextTurn({ signal: io.interrupted, deadline: io.deadline });
      const path = join(folder, name);
      const { kind, bytes } = io.look(path);
      if (kind === 'folder') await walk(path, root, depth + 1);
      else if (kind === 'file' && manifest.test(name)) await add(path, bytes, false);
      else if (kind === 'link' && leadsOut(io, path, root)) readFaults.push(`${path} is a link out of the folder, and was not followed`);
    }
  };
  for (const path of new Set(paths)) {
    if (path === '-') {
      await add(path, 0, true);
      continue;
    }
    // The empty path would be the current folder; it is a variable that nobody has set.
    if (path === '') throw usage('-f is given an empty path', 'pass -f with a file, a folder, or - for standard input');
    const root = folderAt(io, path);
    if (root === undefined) await add(path, 0, true);
    else await walk(path, root, 0);
  }
  return { sources, unread: readFaults };
};

/** The folder that a path leads to; what is none, as a pipe of the shell that has no name anywhere, is read. */
const folderAt = (io: IO, path: string): string | undefined => {
  try {
    const root = io.realPath(path);
    return io.look(root).kind === 'folder' ? root : undefined;
  } catch {
    return undefined;
  }
};
/** A link to something inside the folder is passed over: the walk comes by it anyway. */
const leadsOut = (io: IO, path: string, root: string): boolean => {
  try {
    return !`${io.realPath(path)}${sep}`.startsWith(`${root}${sep}`);
  } catch {
    return manifest.test(path);
  }
};
const tooMuch = (what: string): Error => usage(`there are more than ${what}`, 'pass a smaller folder');
/** A fault of a file that has no code of the system's. */
const failure = (code: string): Error => Object.assign(new Error(code), { code });
const problemOf = (error: unknown): string => {
  const problem = fileProblem(error);
  if (problem === undefined) throw error;
  return problem;
};
const unreadable = (path: string, error: unknown): Error =>
  error instanceof UserError
    ? error
    : usage(
        `cannot read ${path === '-' ? 'standard input' : path}: ${problemOf(error)}`,
        'pass -f with a file, a folder, or - for standard input',
      );
