import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { ZipFile } from 'yazl';

/** A file of an archive: its name there, what it holds, and whether it is a program. */
export interface Entry {
  readonly name: string;
  readonly data: Buffer;
  readonly executable?: boolean;
}
const sorted = (entries: readonly Entry[]): readonly Entry[] => [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
const modeOf = ({ executable }: Entry): number => (executable === true ? 0o755 : 0o644);

/** A .tar.gz that depends on nothing but its entries: no times, no users, one order. */
export const tarGz = async (entries: readonly Entry[]): Promise<Buffer> => {
  const tar = pack();
  for (const entry of sorted(entries)) tar.entry({ name: entry.name, mode: modeOf(entry), mtime: new Date(0) }, entry.data);
  tar.finalize();
  const packed = gzipSync(await buffer(tar), { level: 9 });
  // The byte that names the system of whoever packed it.
  packed[9] = 255;
  return packed;
};

/** A .zip of the same kind: every time is the first that the format knows, in local time, which is all that it can say. */
export const zip = async (entries: readonly Entry[]): Promise<Buffer> => {
  const file = new ZipFile();
  for (const entry of sorted(entries))
    file.addBuffer(entry.data, entry.name, {
      mode: 0o100000 | modeOf(entry),
      mtime: new Date(1980, 0, 1),
      forceDosTimestamp: true,
      compressionLevel: 9,
    });
  file.end();
  return buffer(file.outputStream);
};
