import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import { isatty } from 'node:tty';

/** Bytes of a file whose reader names no other limit. */
export const fileLimit = 32 * 1024 * 1024;
/** A failure of the file system, told by its code as Node's own are. */
const failure = (code: string): Error => Object.assign(new Error(code), { code });

/**
 * The bytes of a file of at most so many bytes: a regular one, a named pipe, a process substitution of the shell, or a device that ends.
 * Rejects with a code: EFBIG, ETTY for a terminal, or what the system says. The signal ends the wait for a pipe that nobody writes to.
 */
export const readFileBytes = async (path: string, limit: number, signal: AbortSignal): Promise<Uint8Array> => {
  // A pipe without a writer would hold the process in the kernel, where no signal handler runs; a terminal must not become ours.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
  const stat = fstatSync(file);
  if (stat.isFIFO() || stat.isSocket()) return readStream(new Socket({ fd: file, readable: true, writable: false }), limit, signal);
  try {
    if (stat.isDirectory()) throw failure('EISDIR');
    if (isatty(file)) throw failure('ETTY');
    if (stat.size > limit) throw failure('EFBIG');
    return await bytesOf(file, stat.size, limit, signal);
  } finally {
    closeSync(file);
  }
};
const bytesOf = async (file: number, expected: number, limit: number, signal: AbortSignal): Promise<Uint8Array> => {
  const parts: Buffer[] = [];
  let size = 0;
  for (;;) {
    // One byte more than it says: what grows meanwhile, and what has no size at all, is read to its end.
    const part = Buffer.allocUnsafe(Math.min(1024 * 1024, Math.max(expected - size + 1, 64 * 1024)));
    const count = readSync(file, part);
    if (count === 0) return Buffer.concat(parts);
    size += count;
    if (size > limit) throw failure('EFBIG');
    parts.push(part.subarray(0, count));
    // Between two parts a signal is heard.
    await new Promise(setImmediate);
    signal.throwIfAborted();
  }
};
/** The bytes of a stream that ends; rejects with EFBIG for one that does not. */
export const readStream = (stream: Readable, limit: number, signal: AbortSignal): Promise<Uint8Array> =>
  new Promise((done, broken) => {
    const parts: Buffer[] = [];
    let size = 0;
    addAbortSignal(signal, stream);
    stream.on('data', (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size > limit) stream.destroy(failure('EFBIG'));
    });
    stream.once('end', () => done(Buffer.concat(parts)));
    stream.once('error', error => broken(signal.aborted ? signal.reason : error));
  });

/** `readable`: by whoever the umask lets; a file is otherwise its owner's alone. */
export interface WriteOptions {
  readonly overwrite: boolean;
  readonly readable?: boolean;
}
/**
 * Writes a file, of mode 0600 unless it may be read by others, whole or not at all: beside its place and moved there, so that nobody sees half of it and a full disk leaves the
 * old one. Throws with a code: EEXIST, ELOOP for a symbolic link, ENOTREG for what is no regular file, or what the system says.
 */
export const writeFile = (path: string, text: string, { overwrite, readable = false }: WriteOptions): void => {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isSymbolicLink() === true) throw failure('ELOOP');
  if (stats !== undefined && !stats.isFile()) throw failure(stats.isDirectory() ? 'EISDIR' : 'ENOTREG');
  const temporaryPath = `${path}.${crypto.randomUUID()}.tmp`;
  const file = openSync(temporaryPath, 'wx', readable ? 0o666 : 0o600);
  try {
    try {
      writeAll(file, Buffer.from(text));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (overwrite) renameSync(temporaryPath, path);
    // A hard link fails where the name is taken, which a rename would not.
    else linkSync(temporaryPath, path);
  } finally {
    if (lstatSync(temporaryPath, { throwIfNoEntry: false }) !== undefined) unlinkSync(temporaryPath);
  }
};
/** The system may take less than it is given, as on a disk that has little room left. */
const writeAll = (file: number, bytes: Uint8Array): void => {
  for (let offset = 0; offset < bytes.length; ) {
    const count = writeSync(file, bytes, offset);
    if (count === 0) throw failure('ENOSPC');
    offset += count;
  }
};
