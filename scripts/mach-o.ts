import { createHash } from 'node:crypto';

/** Numbers of Apple's mach-o/loader.h and kern/cs_blobs.h; load commands are little-endian, signatures big-endian. */
const header = 32;
const segmentCommand = 0x19;
const signatureCommand = 0x1d;
const superBlob = 0xfade0cc0;
const codeDirectory = 0xfade0c02;
const directorySize = 88;
const adHoc = 0x2;
const mainBinary = 0x1n;
const pageBits = 12;
const page = 1 << pageBits;
/** Memory pages of Apple silicon, the larger of the two. */
const memoryPage = 0x4000;

interface Command {
  readonly at: number;
  readonly kind: number;
}
const commands = (bytes: Buffer): readonly Command[] => {
  const found: Command[] = [];
  let at = header;
  for (let left = bytes.readUInt32LE(16); left > 0; left--) {
    found.push({ at, kind: bytes.readUInt32LE(at) });
    at += bytes.readUInt32LE(at + 4);
  }
  return found;
};
/** Where a segment stands in the file. */
const segment = (bytes: Buffer, name: string): { readonly at: number; readonly offset: number; readonly size: number } => {
  const found = commands(bytes).find(
    ({ at, kind }) => kind === segmentCommand && bytes.toString('latin1', at + 8, at + 24).replace(/\0+$/, '') === name,
  );
  if (found === undefined) throw new Error(`no segment ${name}`);
  const { at } = found;
  return { at, offset: Number(bytes.readBigUInt64LE(at + 40)), size: Number(bytes.readBigUInt64LE(at + 48)) };
};
const firstSection = (bytes: Buffer): number => {
  const { at } = segment(bytes, '__TEXT');
  return bytes.readUInt32LE(at + 72 + 48);
};
const pageHashes = (bytes: Buffer, limit: number): readonly Buffer[] =>
  Array.from({ length: Math.ceil(limit / page) }, (_, index) =>
    createHash('sha256')
      .update(bytes.subarray(index * page, Math.min(limit, (index + 1) * page)))
      .digest(),
  );

/**
 * The executable with an ad-hoc signature, as Apple's own linker writes it: one code directory of page hashes and no certificate.
 * It must carry none yet: postject takes away the one that its injection breaks. The hardened runtime stays off, so V8 needs no entitlement.
 */
export const signAdHoc = (unsigned: Buffer, identifier: string): Buffer => {
  if (commands(unsigned).some(({ kind }) => kind === signatureCommand)) throw new Error('the executable is signed already');
  const end = header + unsigned.readUInt32LE(20);
  if (firstSection(unsigned) - end < 16) throw new Error('no room for the load command of a signature');
  const limit = Math.ceil(unsigned.length / 16) * 16;
  const slots = Math.ceil(limit / page);
  const hashes = directorySize + Buffer.byteLength(identifier) + 1;
  const length = 20 + hashes + slots * 32;
  const text = segment(unsigned, '__TEXT');
  const linkedit = segment(unsigned, '__LINKEDIT');
  if (linkedit.offset + linkedit.size !== unsigned.length) throw new Error('__LINKEDIT does not end the file');

  const code = Buffer.concat([unsigned, Buffer.alloc(limit - unsigned.length)]);
  code.writeUInt32LE(code.readUInt32LE(16) + 1, 16);
  code.writeUInt32LE(code.readUInt32LE(20) + 16, 20);
  for (const [index, value] of [signatureCommand, 16, limit, length].entries()) code.writeUInt32LE(value, end + 4 * index);
  const size = limit + length - linkedit.offset;
  code.writeBigUInt64LE(BigInt(Math.ceil(size / memoryPage) * memoryPage), linkedit.at + 32);
  code.writeBigUInt64LE(BigInt(size), linkedit.at + 48);

  const blob = Buffer.alloc(20 + hashes);
  for (const [index, value] of [superBlob, length, 1, 0, 20].entries()) blob.writeUInt32BE(value, 4 * index);
  const directory = blob.subarray(20);
  const numbers = [codeDirectory, length - 20, 0x20400, adHoc, hashes, directorySize, 0, slots, limit];
  for (const [index, value] of numbers.entries()) directory.writeUInt32BE(value, 4 * index);
  directory.set([32, 2, 0, pageBits], 36);
  for (const [index, value] of [BigInt(text.offset), BigInt(text.size), mainBinary].entries())
    directory.writeBigUInt64BE(value, 64 + 8 * index);
  directory.write(identifier, directorySize);
  return Buffer.concat([code, blob, ...pageHashes(code, limit)]);
};

/** Throws unless the executable carries an ad-hoc signature that ends the file, covers every byte before it, and fits each page. */
export const verifyAdHoc = (bytes: Buffer): void => {
  const command = commands(bytes).find(({ kind }) => kind === signatureCommand);
  if (command === undefined) throw new Error('no LC_CODE_SIGNATURE');
  const offset = bytes.readUInt32LE(command.at + 8);
  const length = bytes.readUInt32LE(command.at + 12);
  const linkedit = segment(bytes, '__LINKEDIT');
  if (offset + length !== bytes.length || linkedit.offset + linkedit.size !== bytes.length)
    throw new Error('the signature does not end __LINKEDIT and the file');
  const blob = bytes.subarray(offset);
  if (blob.readUInt32BE(0) !== superBlob || blob.readUInt32BE(4) !== length) throw new Error('no signature where LC_CODE_SIGNATURE points');
  const directory = blob.subarray(blob.readUInt32BE(16));
  if (directory.readUInt32BE(0) !== codeDirectory) throw new Error('the signature holds no code directory');
  if ((directory.readUInt32BE(12) & adHoc) === 0) throw new Error('the signature is not ad hoc');
  if (directory.readUInt32BE(32) !== offset) throw new Error('the signature does not cover all that stands before it');
  const injected = segment(bytes, 'NODE_SEA');
  if (injected.offset + injected.size > offset) throw new Error('the injected bundle is outside the signed range');
  const expected = pageHashes(bytes, offset);
  if (directory.readUInt32BE(28) !== expected.length) throw new Error('a page has no hash');
  const hashes = directory.readUInt32BE(16);
  for (const [index, hash] of expected.entries())
    if (!hash.equals(directory.subarray(hashes + 32 * index, hashes + 32 * index + 32)))
      throw new Error(`page ${index} is not the one that was signed`);
};
