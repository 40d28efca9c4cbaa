import type { Sentence } from './advice.ts';
import { UserError, usage } from './errors.ts';
import type { WriteOptions } from './files.ts';
import type { IO } from './io.ts';

/** Why a file cannot be read or written, for people. */
export const fileProblem = (error: unknown): string | undefined => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? (words[code] ?? code) : undefined;
};
const words: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'may not be read',
  EPERM: 'may not be read',
  EISDIR: 'is a folder',
  ENOTDIR: 'no such file or folder',
  EFBIG: 'is larger than 32 MiB, or does not end',
  ETTY: 'is a terminal',
  ENXIO: 'is a socket',
  ETIME: 'it did not end before the deadline of the run',
};
/** The text of a file, or of standard input for `-`. What cannot be read is wrong use, with the given way out. */
export const readInput = async (io: IO, path: string, what: string, fix: Sentence): Promise<string> => {
  try {
    return path === '-' ? await io.readStdin() : await io.readFile(path);
  } catch (error) {
    const problem = fileProblem(error);
    if (problem === undefined) throw error;
    throw usage(`cannot read ${what}${path === '-' ? 'standard input' : path}: ${problem}`, fix);
  }
};
/** The certificates of a PEM file. */
export const readCa = async (io: Pick<IO, 'readFile'>, path: string, who: string): Promise<string> => {
  let pem: string;
  try {
    pem = await io.readFile(path);
  } catch (error) {
    const problem = fileProblem(error);
    if (problem === undefined) throw error;
    throw usage(`${who}: cannot read the CA file ${path}: ${problem}`, 'pass a readable PEM file');
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw usage(`${who}: ${path} holds no PEM certificate`, 'pass a file with -----BEGIN CERTIFICATE-----');
  return pem;
};
/** Writes a file whole, or leaves what is there; of mode 0600, unless others may read it. A place that must not be written is wrong use; one that cannot be is a failure. */
export const writeOutput = (
  io: Pick<IO, 'writeFile'>,
  path: string,
  text: string,
  { fix, ...options }: WriteOptions & { readonly fix: string },
): void => {
  try {
    io.writeFile(path, text, options);
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof code !== 'string') throw error;
    if (code === 'EEXIST') throw usage(`${path} exists already`, 'pass --overwrite to replace it, or another file');
    if (code === 'ELOOP') throw usage(`${path} is a symbolic link, and is neither followed nor replaced`, 'name a plain file');
    if (code === 'ENOTREG' || code === 'EISDIR') throw usage(`${path} is no regular file, and is not replaced`, 'name a plain file');
    throw new UserError(`cannot write ${path}: ${writeFaults[code] ?? code}`, fix);
  }
};
const writeFaults: Readonly<Record<string, string>> = {
  ENOENT: 'no such folder',
  ENOTDIR: 'no such folder',
  EACCES: 'may not be written',
  EPERM: 'may not be written',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left there',
  EFBIG: 'no space is left there',
  EDQUOT: 'the quota is used up',
};
