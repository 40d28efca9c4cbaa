/**
 * The shared libraries that an ELF executable asks for (DT_NEEDED), as `readelf -d` prints them. 64 bits, little-endian, which are all that is
 * released; throws on anything else.
 */
export const neededLibraries = (bytes: Buffer): readonly string[] => {
  if (bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1)
    throw new Error('not an ELF file of 64 bits, little-endian');
  const [first, size, count] = [number(bytes, 32), bytes.readUInt16LE(54), bytes.readUInt16LE(56)];
  const segments = Array.from({ length: count }, (_, index) => first + index * size).map(at => ({
    type: bytes.readUInt32LE(at),
    offset: number(bytes, at + 8),
    address: number(bytes, at + 16),
    size: number(bytes, at + 32),
  }));
  const dynamic = segments.find(({ type }) => type === 2);
  if (dynamic === undefined) return [];
  const entries = Array.from({ length: dynamic.size / 16 }, (_, index) => dynamic.offset + index * 16).map(at => ({
    tag: number(bytes, at),
    value: number(bytes, at + 8),
  }));
  const strings = entries.find(({ tag }) => tag === 5)?.value ?? 0;
  const loaded = segments.find(({ type, address, size: length }) => type === 1 && address <= strings && strings < address + length);
  if (loaded === undefined) throw new Error('its dynamic strings are in no segment');
  return entries
    .slice(0, entries.findIndex(({ tag }) => tag === 0) >>> 0)
    .filter(({ tag }) => tag === 1)
    .map(({ value }) => {
      const at = strings - loaded.address + loaded.offset + value;
      return bytes.toString('latin1', at, bytes.indexOf(0, at));
    });
};
const number = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

/** What every Linux with glibc has: it is libc itself in parts, and what every C++ program brings. */
const everywhere = /^(lib(c|m|dl|pthread|stdc\+\+|gcc_s)\.so\.\d+|ld-linux-(x86-64|aarch64)\.so\.\d)$/;
/** Those that a system may do without, so that the program does not start there. */
export const rareLibraries = (bytes: Buffer): readonly string[] => neededLibraries(bytes).filter(name => !everywhere.test(name));
