import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { parse } from 'yaml';
import { temporaryFolder } from '../sandbox/folder.ts';
import { tarGz, zip } from '../scripts/archive.ts';
import { billOfMaterials, thirdPartyLicences } from '../scripts/bill-of-materials.ts';
import { krewManifest } from '../scripts/krew-manifest.ts';
import { signAdHoc, verifyAdHoc } from '../scripts/mach-o.ts';
import { platforms } from '../scripts/node-binaries.ts';
import { archiveOf } from '../scripts/release-folder.ts';
import { train } from '../scripts/sea/seal.ts';
import { training } from '../scripts/sea/training.ts';

const folder = temporaryFolder('package');

const entries = [
  { name: 'program', data: Buffer.from('#!/bin/sh\necho runs\n'), executable: true },
  { name: 'LICENSE', data: Buffer.alloc(1337, 'x') },
];

test("pkg's public interface still hands no seaConfig on, without which there are no assets and no options for the Node inside", () => {
  const read = (file: string): string => readFileSync(new URL(import.meta.resolve(`@yao-pkg/pkg/lib-es5/${file}`)), 'utf8');
  assert.doesNotMatch(read('index.js'), /seaConfig/);
  const enhanced = /async function seaEnhanced[\s\S]+?\nasync function sea\(/.exec(read('sea.js'))?.[0] ?? '';
  assert.match(enhanced, /seaConfig/);
  assert.doesNotMatch(enhanced, /execArgv|seaConfig\?*\.assets/);
});
test('an archive depends on its entries alone, and tar unpacks it with its modes', async () => {
  const packed = await tarGz(entries);
  assert.deepEqual(packed, await tarGz([...entries].reverse()));
  writeFileSync(join(folder, 'a.tar.gz'), packed);
  execFileSync('tar', ['-xzf', 'a.tar.gz'], { cwd: folder });
  assert.equal(execFileSync(join(folder, 'program'), { encoding: 'utf8' }), 'runs\n');
  assert.equal(statSync(join(folder, 'LICENSE')).mode & 0o777, 0o644);
  assert.equal(readFileSync(join(folder, 'LICENSE')).length, 1337);
});

test('a zip depends on its entries alone, and its directory leads to each of them', async () => {
  const packed = await zip(entries);
  assert.deepEqual(packed, await zip([...entries].reverse()));
  const end = packed.subarray(-22);
  assert.equal(end.readUInt32LE(0), 0x06054b50);
  assert.equal(end.readUInt16LE(10), 2);
  let at = end.readUInt32LE(16);
  const found: Record<string, { text: string; mode: number }> = {};
  for (let index = 0; index < 2; index++) {
    assert.equal(packed.readUInt32LE(at), 0x02014b50);
    const length = packed.readUInt16LE(at + 28);
    const name = packed.toString('utf8', at + 46, at + 46 + length);
    const local = packed.readUInt32LE(at + 42);
    assert.equal(packed.readUInt32LE(local), 0x04034b50);
    const start = local + 30 + packed.readUInt16LE(local + 26) + packed.readUInt16LE(local + 28);
    const text = inflateRawSync(packed.subarray(start, start + packed.readUInt32LE(local + 18))).toString();
    found[name] = { text, mode: packed.readUInt32LE(at + 38) >>> 16 };
    at += 46 + length;
  }
  assert.equal(found['program']?.text, '#!/bin/sh\necho runs\n');
  assert.equal(found['program']?.mode, 0o100755);
  assert.equal(found['LICENSE']?.mode, 0o100644);
});

test('the krew manifest keeps the rules of krew-index, for every platform', () => {
  const archives = platforms.map(({ os, arch }, index) => ({
    os,
    arch,
    file: archiveOf(os, arch),
    sha256: String(index).repeat(64),
  }));
  const manifest = parse(krewManifest('1.2.3', archives)) as {
    apiVersion: string;
    kind: string;
    metadata: { name: string };
    spec: {
      version: string;
      homepage: string;
      shortDescription: string;
      description: string;
      platforms: { selector: { matchLabels: { os: string; arch: string } }; uri: string; sha256: string; bin: string }[];
    };
  };
  assert.equal(manifest.apiVersion, 'krew.googlecontainertools.github.com/v1alpha2');
  assert.equal(manifest.kind, 'Plugin');
  // krew's naming guide: lower case and hyphens, no kube prefix; no name that Windows keeps for a device.
  assert.match(manifest.metadata.name, /^[a-z][a-z0-9-]*$/);
  assert.doesNotMatch(manifest.metadata.name, /^kube|^(con|prn|aux|nul|com\d|lpt\d)$/);
  assert.deepEqual(Object.keys(manifest.spec).sort(), ['caveats', 'description', 'homepage', 'platforms', 'shortDescription', 'version']);
  assert.equal(manifest.spec.version, 'v1.2.3');
  assert.match(manifest.spec.homepage, /^https:\/\/github\.com\/[\w-]+\/kubectl-[\w-]+$/);
  assert.ok(manifest.spec.shortDescription.length <= 50 && !/[.]$|[\r\n]/.test(manifest.spec.shortDescription));
  assert.doesNotMatch(manifest.spec.shortDescription, /kubectl|plugin/i, 'redundant words');
  // What it does at a high level: no list of commands or flags, which are --help's.
  assert.doesNotMatch(manifest.spec.description, /(^|\s)-{1,2}[a-z]|kubectl k8ssandra/m);
  assert.ok(manifest.spec.description.split('\n').every(line => line.length <= 80));
  assert.deepEqual(manifest.spec.platforms.map(({ selector: { matchLabels } }) => `${matchLabels.os}/${matchLabels.arch}`).sort(), [
    'darwin/amd64',
    'darwin/arm64',
    'linux/amd64',
    'linux/arm64',
    'windows/amd64',
    'windows/arm64',
  ]);
  for (const platform of manifest.spec.platforms) {
    const { selector, uri, sha256, bin } = platform;
    // Without `files` all of the archive is unpacked, LICENSE too, which krew-index asks for.
    assert.deepEqual(Object.keys(platform).sort(), ['bin', 'selector', 'sha256', 'uri']);
    assert.deepEqual(Object.keys(selector), ['matchLabels']);
    assert.deepEqual(Object.keys(selector.matchLabels).sort(), ['arch', 'os']);
    assert.equal(uri.endsWith('.zip'), selector.matchLabels.os === 'windows');
    assert.match(sha256, /^[0-9a-f]{64}$/);
    assert.match(
      uri,
      new RegExp(`^https://.*/v1\\.2\\.3/kubectl-k8ssandra-${selector.matchLabels.os}-${selector.matchLabels.arch}\\.(tar\\.gz|zip)$`),
    );
    assert.equal(bin, selector.matchLabels.os === 'windows' ? 'kubectl-k8ssandra.exe' : 'kubectl-k8ssandra');
  }
});

test('the bill of materials and the licences name every run-time package, and no other', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>;
  const { components } = JSON.parse(billOfMaterials('1.2.3')) as { components: { name: string; version: string }[] };
  const texts = thirdPartyLicences();
  for (const { node } of platforms) assert.equal(components.find(one => one.name === node.name)?.version, node.version);
  for (const [name, version] of Object.entries(dependencies ?? {})) {
    assert.equal(components.find(one => one.name === name)?.version, version);
    assert.ok(texts.includes(`\n${name} ${version} (`), name);
  }
  for (const name of ['esbuild', 'typescript', '@yao-pkg/pkg']) {
    assert.ok(devDependencies?.[name] !== undefined);
    assert.equal(
      components.find(one => one.name === name),
      undefined,
    );
  }
});

/** A Mach-O executable of three segments, the injected one among them, and no signature. */
const machO = (): Buffer => {
  const bytes = Buffer.alloc(0x9000 + 8, 'k');
  bytes.fill(0, 0, 0x1000);
  bytes.writeUInt32LE(0xfeedfacf, 0);
  bytes.writeUInt32LE(0x0100000c, 4);
  bytes.writeUInt32LE(3, 16);
  bytes.writeUInt32LE(3 * 72 + 80, 20);
  let at = 32;
  for (const [name, offset, size, sections] of [
    ['__TEXT', 0, 0x4000, 1],
    ['NODE_SEA', 0x4000, 0x4000, 0],
    ['__LINKEDIT', 0x8000, 0x1008, 0],
  ] as const) {
    bytes.writeUInt32LE(0x19, at);
    bytes.writeUInt32LE(72 + 80 * sections, at + 4);
    bytes.write(name, at + 8);
    bytes.writeBigUInt64LE(BigInt(offset), at + 40);
    bytes.writeBigUInt64LE(BigInt(size), at + 48);
    bytes.writeUInt32LE(sections, at + 64);
    if (sections > 0) bytes.writeUInt32LE(0x1000, at + 72 + 48);
    at += 72 + 80 * sections;
  }
  return bytes;
};
test('an ad-hoc signature covers every page of a Mach-O executable, and no change goes unseen', () => {
  const signed = signAdHoc(machO(), 'kubectl-k8ssandra');
  assert.deepEqual(signed, signAdHoc(machO(), 'kubectl-k8ssandra'));
  verifyAdHoc(signed);
  for (const at of [0x2000, 0x4001, 0x9007]) {
    const changed = Buffer.from(signed);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    assert.throws(() => verifyAdHoc(changed), /is not the one that was signed/, String(at));
  }
  assert.throws(() => verifyAdHoc(Buffer.concat([signed, Buffer.from('more')])), /does not end/);
  assert.throws(() => verifyAdHoc(machO()), /no LC_CODE_SIGNATURE/);
  assert.throws(() => signAdHoc(signed, 'kubectl-k8ssandra'), /signed already/);
});

test('a code cache is the same twice, and holds what a whole check of a fleet has compiled', () => {
  const bundle = join(import.meta.dirname, '../dist/bundle.cjs');
  const trained = (name: string, lines = training.lines): Buffer => {
    const file = join(folder, name);
    train(bundle, file, { before: training.before, lines });
    return readFileSync(file);
  };
  const [first, second, without] = [trained('first'), trained('second'), trained('without', training.lines.slice(0, -1))];
  assert.ok(first.equals(second));
  assert.ok(first.length > without.length * 1.2, `${first.length} bytes, and ${without.length} without the check`);
});
test('a line that does not come to its answer leaves no code cache', () => {
  const file = join(folder, 'none');
  const bundle = join(import.meta.dirname, '../dist/bundle.cjs');
  const fails = (line: string, said: RegExp): void =>
    assert.throws(() => train(bundle, file, { before: [], lines: [[line, 0]] }), said, line);
  fails('contexts check -f test/manifests/faulty', /'contexts check -f .* ended with exit code 1: /);
  fails('contexts check --context nowhere --kubeconfig scripts/sea/kubeconfig.yaml', /ended with exit code 2: .*nowhere/s);
  assert.equal(existsSync(file), false);
});
