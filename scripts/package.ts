import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tarGz, zip } from './archive.ts';
import { billOfMaterials, thirdPartyLicences } from './bill-of-materials.ts';
import { rareLibraries } from './elf.ts';
import { krewManifest } from './krew-manifest.ts';
import { verifyAdHoc } from './mach-o.ts';
import { generatorOf, type Platform, platforms, seedNode } from './node-binaries.ts';
import { archiveOf } from './release-folder.ts';
import { seal, train } from './sea/seal.ts';
import { training } from './sea/training.ts';

/** The bundle as a function of what Node gives a module, and the code that V8 has compiled of it. */
const [bundle, cache] = ['dist/bundle.cjs', 'dist/bundle.cache'].map(name => resolve(name)) as [string, string];
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
/** pkg's words for the systems that Node knows. */
const systems: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'macos', win32: 'win' };
const isHost = ({ target }: Platform): boolean => systems[process.platform] === target.platform && target.arch === process.arch;

/** The code cache fits the very Node that made it, which is the one that goes into the host's binary and into no other. */
const host = async (output: string): Promise<void> => {
  const platform = systems[process.platform];
  if (platform === undefined) throw new Error(`no binary is built for ${process.platform}`);
  train(bundle, cache, training);
  const target = { platform, arch: process.arch, nodeRange: `node${process.versions.node}`, output };
  await seal(target, true, { bundle, cache });
  // A failed injection goes unsaid, so the binary has to show that it is ours.
  const answer = execFileSync(output, ['version', '-o', 'json'], { encoding: 'utf8', env: {} });
  if ((JSON.parse(answer) as { version: string }).version !== version)
    throw new Error(`${output} does not answer as version ${version}: ${answer}`);
};

/** Magic and machine of an executable: the first bytes, and where they stand. */
const formats: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  'linux/amd64': bytes => bytes.readUInt32BE(0) === 0x7f454c46 && bytes.readUInt16LE(18) === 62,
  'linux/arm64': bytes => bytes.readUInt32BE(0) === 0x7f454c46 && bytes.readUInt16LE(18) === 183,
  'darwin/amd64': bytes => bytes.readUInt32LE(0) === 0xfeedfacf && bytes.readUInt32LE(4) === 0x01000007,
  'darwin/arm64': bytes => bytes.readUInt32LE(0) === 0xfeedfacf && bytes.readUInt32LE(4) === 0x0100000c,
  'windows/amd64': bytes => bytes.readUInt16LE(0) === 0x5a4d && bytes.readUInt16LE(bytes.readUInt32LE(60) + 4) === 0x8664,
  'windows/arm64': bytes => bytes.readUInt16LE(0) === 0x5a4d && bytes.readUInt16LE(bytes.readUInt32LE(60) + 4) === 0xaa64,
};
/** What cannot be run here is looked at: format, architecture, the bundle inside, and the fuse that makes Node run it. */
const check = ({ os, arch }: Platform, binary: string): void => {
  const bytes = readFileSync(binary);
  if (formats[`${os}/${arch}`]?.(bytes) !== true) throw new Error(`${binary} is no executable for ${os}/${arch}`);
  if (bytes.indexOf(readFileSync(bundle)) < 0) throw new Error(`${binary} does not hold the bundle`);
  if (bytes.indexOf('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1') < 0) throw new Error(`the bundle in ${binary} is not switched on`);
  if (os === 'darwin') verifyAdHoc(bytes);
  const rare = os === 'linux' ? rareLibraries(bytes) : [];
  if (rare.length > 0) throw new Error(`${binary} does not start where ${rare.join(', ')} is missing`);
};
const foreign = async (platform: Platform, output: string): Promise<void> => {
  const generator = generatorOf(platform);
  seedNode(platform);
  if (generator !== undefined) seedNode(generator);
  await seal({ ...platform.target, nodeRange: `node${platform.node.version}`, output }, false, { bundle });
};

mkdirSync('dist', { recursive: true });
const own = resolve(`dist/kubectl-k8ssandra${process.platform === 'win32' ? '.exe' : ''}`);
await host(own);
const size = statSync(own).size;
const code = statSync(bundle).size;
console.log(`${own}: ${mib(size)}, ${mib(gzipSync(readFileSync(own)).length)} compressed`);
console.log(
  `  Node ${process.versions.node} ${mib(statSync(process.execPath).size)}, bundle ${mib(code)}, code cache and header ${mib(size - statSync(process.execPath).size - code)}`,
);

if (process.argv.includes('--all')) {
  const folder = 'dist/release';
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const documents = [
    { name: 'LICENSE', data: readFileSync('LICENSE') },
    { name: 'THIRD_PARTY_LICENSES', data: Buffer.from(thirdPartyLicences()) },
  ];
  const archives = [];
  for (const platform of platforms) {
    const { os, arch } = platform;
    const name = `kubectl-k8ssandra${os === 'windows' ? '.exe' : ''}`;
    const binary = resolve(`dist/${os}-${arch}-${name}`);
    if (isHost(platform)) writeFileSync(binary, readFileSync(own), { mode: 0o755 });
    else await foreign(platform, binary);
    check(platform, binary);
    const entries = [...documents, { name, data: readFileSync(binary), executable: true }];
    rmSync(binary);
    const file = archiveOf(os, arch);
    const packed = await (os === 'windows' ? zip(entries) : tarGz(entries));
    writeFileSync(join(folder, file), packed);
    archives.push({ os, arch, file, sha256: createHash('sha256').update(packed).digest('hex') });
    console.log(`${file}: ${mib(packed.length)}`);
  }
  writeFileSync(join(folder, 'sbom.cdx.json'), billOfMaterials(version));
  // At the root too, so that what was just built installs with the manifest that stands in the checkout.
  for (const file of [join(folder, 'plugin.yaml'), 'plugin.yaml']) writeFileSync(file, krewManifest(version, archives));
  writeFileSync(join(folder, 'checksums.txt'), archives.map(({ file, sha256 }) => `${sha256}  ${file}\n`).join(''));
}
