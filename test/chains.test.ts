import 'reflect-metadata';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { createServer } from 'node:tls';
import { type Extension, KeyUsageFlags, PemConverter } from '@peculiar/x509';
import type { Cause } from '../src/base/cause.ts';
import { shakeHands, TransportError, trustedOnce } from '../src/kube/api/connection.ts';
import { handshake } from '../src/kube/api/tls.ts';
import { parseCertificate } from '../src/kube/golang/x509.ts';
import { type ChainFault, verifyChain } from '../src/kube/golang/x509-verify.ts';
import {
  anyUsage,
  at,
  ca,
  clientAuth,
  constraints,
  host,
  kinds,
  type Made,
  make,
  type Name,
  names,
  notCa,
  oddNames,
  raw,
  type Spec,
  serverAuth,
  signs,
  type Tree,
  usages,
  uses,
} from './support/chain-table.ts';
import { type Oracle, oldestOracle, oracle } from './support/oracle.ts';

interface Shown {
  readonly what: string;
  readonly chain: readonly Made[];
  readonly roots: readonly Made[];
  readonly name: string;
}
const shown: Shown[] = [];
const show = (what: string, chain: readonly Made[], roots: readonly Made[], name = 'api.example.com'): void => {
  shown.push({ what, chain, roots, name });
};
/** A root with its own extensions beside those of every CA. */
const authority = (subject: string, by: Made | undefined, ...extensions: readonly Extension[]) =>
  make({ subject, ...(by === undefined ? {} : { by }), extensions: extensions.length > 0 ? extensions : [ca(), signs] });

const build = async (): Promise<void> => {
  const root = await authority('CN=root', undefined);
  const between = await authority('CN=between', root);
  const leaf = (by: Made, ...extensions: readonly Extension[]) => make({ by, extensions });

  const leafOnly: Readonly<Record<string, Spec>> = {
    'a plain leaf': { extensions: [host] },
    'for servers': { extensions: [host, usages(serverAuth)] },
    'for clients alone': { extensions: [host, usages(clientAuth)] },
    'for clients and servers': { extensions: [host, usages(clientAuth, serverAuth)] },
    'for any use': { extensions: [host, usages(anyUsage)] },
    'for clients and any use': { extensions: [host, usages(clientAuth, anyUsage)] },
    'for an unknown use': { extensions: [host, usages('1.2.3.4')] },
    'for the old server gated crypto': { extensions: [host, usages('1.3.6.1.4.1.311.10.3.3')] },
    'a key for signatures': { extensions: [host, uses(KeyUsageFlags.digitalSignature)] },
    'a key for encipherment': { extensions: [host, uses(KeyUsageFlags.keyEncipherment)] },
    'a key to sign certificates with': { extensions: [host, uses(KeyUsageFlags.keyCertSign)] },
    'a key to sign CRLs with': { extensions: [host, uses(KeyUsageFlags.cRLSign)] },
    'a key for nothing': { extensions: [host, raw('2.5.29.15', '03020000')] },
    'a leaf that is a CA': { extensions: [host, ca()] },
    'a leaf that says it is none': { extensions: [host, notCa] },
    'no names': { extensions: [] },
    'a common name alone': { subject: 'CN=api.example.com', extensions: [] },
    'another name': { extensions: [names(['dns', 'other.example.com'])] },
    'a critical extension that nobody knows': { extensions: [host, raw('1.2.3.4.5', '0500', true)] },
    'an extension that nobody knows': { extensions: [host, raw('1.2.3.4.5', '0500')] },
    'expired yesterday': { extensions: [host], until: -1 },
    'valid from tomorrow': { extensions: [host], from: 1 },
    'valid until this moment': { extensions: [host], until: 0 },
    'valid from this moment': { extensions: [host], from: 0 },
    'names of other kinds alone, critical': { extensions: [oddNames(true, [kinds.directory, '0\0'])] },
    'names of other kinds alone': { extensions: [oddNames(false, [kinds.directory, '0\0'])] },
    'signed by somebody else of that name': { extensions: [host], forged: true },
    'an RSA key of 2048 bits': { extensions: [host], key: 'rsa' },
    'an RSA key of 1024 bits': { extensions: [host], key: 'rsa1024' },
    'an Ed25519 key': { extensions: [host], key: 'ed25519' },
    'a P-384 key': { extensions: [host], key: 'p384' },
    'signed with SHA-1': { extensions: [host], hash: 'SHA-1' },
    'signed with SHA-512': { extensions: [host], hash: 'SHA-512' },
  };
  for (const [what, spec] of Object.entries(leafOnly)) show(what, [await make({ ...spec, by: root })], [root]);

  const hosts: Readonly<Record<string, readonly [name: string, all: readonly Name[]]>> = {
    'capital letters': ['API.Example.com', [['dns', 'api.EXAMPLE.com']]],
    'a wildcard of two labels': ['x.lan', [['dns', '*.lan']]],
    'a wildcard of three': ['x.example.com', [['dns', '*.example.com']]],
    'a wildcard for its own domain': ['example.com', [['dns', '*.example.com']]],
    'a wildcard for two labels': ['a.b.example.com', [['dns', '*.example.com']]],
    'a wildcard in a label': ['api.example.com', [['dns', 'a*.example.com']]],
    'a wildcard in the second label': ['api.example.com', [['dns', 'api.*.com']]],
    'a bare wildcard': ['api', [['dns', '*']]],
    'a dot at the end of the host': ['api.example.com.', [['dns', 'api.example.com']]],
    'a dot at the end of the name': ['api.example.com', [['dns', 'api.example.com.']]],
    'a dot at both ends': ['api.example.com.', [['dns', 'api.example.com.']]],
    'an underscore': ['my_api.example.com', [['dns', 'my_api.example.com']]],
    'a label that begins with a hyphen': ['-a.example.com', [['dns', '-a.example.com']]],
    'a wildcard over a label that begins with a hyphen': ['-a.example.com', [['dns', '*.example.com']]],
    punycode: ['xn--bcher-kva.example', [['dns', 'xn--bcher-kva.example']]],
    'an empty name': ['api.example.com', [['dns', '']]],
    'an address': ['10.0.0.1', [['ip', '10.0.0.1']]],
    'another address': ['10.0.0.2', [['ip', '10.0.0.1']]],
    'an address as a name': ['10.0.0.1', [['dns', '10.0.0.1']]],
    'a name for an address': ['api.example.com', [['ip', '10.0.0.1']]],
    IPv6: ['fd00::1', [['ip', 'fd00::1']]],
    'IPv6 at length': ['fd00:0:0:0:0:0:0:1', [['ip', 'fd00::1']]],
    'IPv6 in brackets': ['[fd00::1]', [['ip', 'fd00::1']]],
    'IPv4 within IPv6': ['::ffff:10.0.0.1', [['ip', '10.0.0.1']]],
    'IPv6 with a zone': ['fe80::1%eth0', [['ip', 'fe80::1']]],
    'one of several': [
      'b.example.com',
      [
        ['dns', 'a.example.com'],
        ['dns', 'b.example.com'],
        ['ip', '10.0.0.1'],
      ],
    ],
    'mail alone': ['api.example.com', [['email', 'a@api.example.com']]],
  };
  for (const [what, [name, all]] of Object.entries(hosts)) show(what, [await leaf(root, names(...all))], [root], name);

  const betweens: Readonly<Record<string, Spec>> = {
    'an intermediate CA': { extensions: [ca(), signs] },
    'an intermediate that is no CA': { extensions: [notCa] },
    'an intermediate that does not say what it is': { extensions: [signs] },
    'an intermediate whose key may not sign': { extensions: [ca(), uses(KeyUsageFlags.digitalSignature)] },
    'an intermediate without key usage': { extensions: [ca()] },
    'an intermediate for servers': { extensions: [ca(), signs, usages(serverAuth)] },
    'an intermediate for clients': { extensions: [ca(), signs, usages(clientAuth)] },
    'an intermediate for any use': { extensions: [ca(), signs, usages(anyUsage)] },
    'an intermediate that has expired': { extensions: [ca(), signs], until: -1 },
    'an intermediate with a critical extension that nobody knows': { extensions: [ca(), signs, raw('1.2.3.4.5', '0500', true)] },
    'an intermediate signed with SHA-1': { extensions: [ca(), signs], hash: 'SHA-1' },
    'an intermediate that is forged': { extensions: [ca(), signs], forged: true },
    'an intermediate with a key of 1024 bits': { extensions: [ca(), signs], key: 'rsa1024' },
    'an intermediate with a key of 1016 bits': { extensions: [ca(), signs], key: 'rsa1016' },
    'an intermediate that signs with PSS': { extensions: [ca(), signs], key: 'pss' },
    'an intermediate that signs with Ed25519': { extensions: [ca(), signs], key: 'ed25519' },
    'an intermediate that signs with P-521': { extensions: [ca(), signs], key: 'p521' },
  };
  for (const [what, spec] of Object.entries(betweens)) {
    const one = await make({ subject: 'CN=between', ...spec, by: root });
    show(what, [await leaf(one, host), one], [root]);
    show(`${what}, which is trusted`, [await leaf(one, host)], [one]);
  }
  const roots: Readonly<Record<string, Spec>> = {
    'a root that is no CA': { extensions: [notCa] },
    'a root that does not say what it is': { extensions: [] },
    'a root whose key may not sign': { extensions: [ca(), uses(KeyUsageFlags.digitalSignature)] },
    'a root for clients': { extensions: [ca(), signs, usages(clientAuth)] },
    'a root that has expired': { extensions: [ca(), signs], until: -1 },
    'a root with a critical extension that nobody knows': { extensions: [ca(), signs, raw('1.2.3.4.5', '0500', true)] },
    'a root signed with SHA-1': { extensions: [ca(), signs], hash: 'SHA-1' },
    'a root with a key of 1016 bits': { extensions: [ca(), signs], key: 'rsa1016' },
    'a root that allows no CA below it': { extensions: [ca(0), signs] },
    'a root that allows one CA below it': { extensions: [ca(1), signs] },
  };
  for (const [what, spec] of Object.entries(roots)) {
    const one = await make({ subject: 'CN=root', ...spec });
    const below = await authority('CN=between', one);
    const lower = await authority('CN=lower', below);
    show(what, [await leaf(one, host)], [one]);
    show(`${what}, with a CA below it`, [await leaf(below, host), below], [one]);
    show(`${what}, with two`, [await leaf(lower, host), lower, below], [one]);
  }
  const narrow = await authority('CN=narrow', root, ca(0), signs);
  const renewed = await authority('CN=narrow', narrow);
  show('a CA that signs itself anew, below its own limit', [await leaf(renewed, host), renewed, narrow], [root]);

  type Trees = readonly Tree[];
  const limited: readonly (readonly [what: string, permitted: Trees, excluded: Trees, san: (typeof host)[], name?: string])[] = [
    ['a permitted domain', [['dns', 'example.com']], [], [host]],
    ['a permitted domain in capitals', [['dns', 'EXAMPLE.com']], [], [host]],
    ['another permitted domain', [['dns', 'example.org']], [], [host]],
    ['a permitted domain that is the end of a label', [['dns', 'ple.com']], [], [host]],
    ['permitted names below a domain', [['dns', '.example.com']], [], [host]],
    ['permitted names below the name itself', [['dns', '.api.example.com']], [], [host]],
    ['every name permitted', [['dns', '']], [], [host]],
    ['an excluded domain', [], [['dns', 'example.com']], [host]],
    ['another excluded domain', [], [['dns', 'example.org']], [host]],
    ['every name excluded', [], [['dns', '']], [host]],
    ['permitted and excluded', [['dns', 'example.com']], [['dns', 'api.example.com']], [host]],
    ['one of two names not permitted', [['dns', 'example.com']], [], [names(['dns', 'api.example.com'], ['dns', 'x.org'])]],
    ['a wildcard over an excluded name', [], [['dns', 'api.example.com']], [names(['dns', '*.example.com'])]],
    ['a wildcard within a permitted domain', [['dns', 'example.com']], [], [names(['dns', '*.example.com'])]],
    ['permitted addresses', [['ip', '0a000000ff000000']], [], [names(['ip', '10.1.2.3'])], '10.1.2.3'],
    ['other permitted addresses', [['ip', '0b000000ff000000']], [], [names(['ip', '10.1.2.3'])], '10.1.2.3'],
    ['excluded addresses', [], [['ip', '0a000000ff000000']], [names(['ip', '10.1.2.3'])], '10.1.2.3'],
    [
      'permitted addresses of IPv6 for one of IPv4',
      [['ip', 'fd'.padEnd(32, '0') + 'ff'.padEnd(32, '0')]],
      [],
      [names(['ip', '10.1.2.3'])],
      '10.1.2.3',
    ],
    ['permitted addresses, and a name', [['ip', '0a000000ff000000']], [], [host]],
    ['permitted mail, and a name', [['email', 'example.com']], [], [host]],
    ['permitted mail of a domain', [['email', 'example.com']], [], [names(['dns', 'api.example.com'], ['email', 'a@example.com'])]],
    ['permitted mail of one box', [['email', 'a@example.com']], [], [names(['dns', 'api.example.com'], ['email', 'b@example.com'])]],
    ['mail that is none', [['dns', 'example.com']], [], [names(['dns', 'api.example.com'], ['email', 'example.com'])]],
    ['a permitted URI', [['uri', 'example.com']], [], [names(['dns', 'api.example.com'], ['url', 'https://x.example.com/y'])]],
    ['a URI with a port', [['uri', 'example.com']], [], [names(['dns', 'api.example.com'], ['url', 'https://example.com:8443/y'])]],
    ['another permitted URI', [['uri', 'example.org']], [], [names(['dns', 'api.example.com'], ['url', 'https://x.example.com/y'])]],
    ['a URI without a host', [['dns', 'example.com']], [], [names(['dns', 'api.example.com'], ['url', 'urn:x:y'])]],
    ['a URI with an address', [['uri', 'example.com']], [], [names(['dns', 'api.example.com'], ['url', 'https://10.0.0.1/'])]],
    ['a directory permitted', [['directory', '3000']], [], [host]],
    ['a name with an empty label', [['dns', 'com']], [], [names(['dns', 'api.example.com'], ['dns', 'a..com'])]],
  ];
  for (const [what, permitted, excluded, san, name] of limited) {
    const one = await authority('CN=between', root, ca(), signs, constraints(permitted, excluded));
    show(what, [await make({ by: one, extensions: san }), one], [root], name);
    const above = await authority('CN=root', undefined, ca(), signs, constraints(permitted, excluded, false));
    const below = await authority('CN=between', above);
    show(`${what}, by the root, two steps up`, [await make({ by: below, extensions: san }), below], [above], name);
  }
  const strict = await authority('CN=between', root, ca(), signs, constraints([['dns', 'example.com']]));
  show('constraints, and no names', [await make({ by: strict, extensions: [] }), strict], [root]);

  const other = await authority('CN=root', undefined);
  const plain = await leaf(between, host);
  const alone = await make({ extensions: [host] });
  const cross = await make({ subject: 'CN=between', by: other, keys: between.keys, extensions: [ca(), signs] });
  show('another root of the same name', [await leaf(root, host)], [other]);
  show('two roots of the same name', [await leaf(root, host)], [other, root]);
  show('a missing intermediate', [plain], [root]);
  show('the root sent along', [plain, between, root], [root]);
  show('a chain out of order', [plain, root, between], [root]);
  show('the leaf twice', [plain, plain, between], [root]);
  show('the root twice', [plain, root, root, between], [root]);
  const many = await Promise.all(Array.from({ length: 25 }, (_, index) => authority(`CN=other ${index}`, undefined)));
  show('25 certificates too many', [plain, ...many, between], [root]);
  show('a certificate too many', [plain, alone, between], [root]);
  show('an intermediate that two roots have signed', [plain, cross, between], [root]);
  show('an intermediate that another root has signed', [plain, cross], [root]);
  show('no root at all', [plain, between], []);
  show('a self-signed certificate that is trusted', [alone], [alone]);
  show('a self-signed certificate that is not', [alone], [root]);
  show('a certificate that is trusted itself', [plain], [plain]);
  show('a trusted one for clients', [await make({ by: root, extensions: [host, usages(clientAuth)] })], [root]);
  const first = await authority('CN=first', root);
  const second = await make({ subject: 'CN=second', by: first, extensions: [ca(), signs] });
  const circle = await make({ subject: 'CN=first', by: second, keys: first.keys, extensions: [ca(), signs] });
  show('two CAs that sign each other', [await leaf(first, host), circle, second], [other]);
  show('two CAs that sign each other, and a way out', [await leaf(first, host), circle, second, first], [root]);
};

/** What Go says, in our words. */
const meanings: readonly (readonly [RegExp, ChainFault])[] = [
  [/unhandled critical extension/, 'unhandled-extension'],
  [/has expired or is not yet valid/, 'expired'],
  [/is valid for|doesn't contain any IP SANs|not valid for any names|legacy Common Name|none matched|but wanted/, 'name'],
  [/insecure algorithm|crypto\/rsa: \d+-bit keys are insecure/, 'weak'],
  [/parent certificate cannot sign|not authorized to sign other certificates/, 'no-authority'],
  [/too many intermediates/, 'path-length'],
  [/incompatible key usage/, 'usage'],
  [/not authorized to sign for this name/, 'constraint'],
  [/signed by unknown authority/, 'unknown-authority'],
];
const parse = (made: Made) => {
  const parsed = parseCertificate(new Uint8Array(made.certificate.rawData));
  return parsed.ok ? parsed.value : parsed.message;
};

const ours = ({ chain, roots, name }: Shown): ChainFault | 'trusted' | 'unreadable' => {
  const certificates = [...chain, ...roots].map(parse);
  const [leaf, ...rest] = certificates.flatMap(one => (typeof one === 'string' ? [] : [one]));
  if (leaf === undefined || certificates.some(one => typeof one === 'string')) return 'unreadable';
  const [intermediates, trusted] = [rest.slice(0, chain.length - 1), rest.slice(chain.length - 1)];
  const verdict = verifyChain({ leaf, intermediates, roots: trusted, name, now: at });
  return verdict.trusted ? 'trusted' : verdict.fault;
};
before(build, { timeout: 120_000 });

/** What Go makes of each. */
const verdictsOf = async (ask: Oracle) => {
  const base64 = (all: readonly Made[]) => all.map(one => Buffer.from(one.certificate.rawData).toString('base64'));
  const verdicts = await ask<{ readonly stage: string; readonly message?: string }>(
    shown.map(({ chain, roots, name }) => ({ ask: 'chain', chain: base64(chain), roots: base64(roots), name, at })),
  );
  return verdicts.map(({ stage, message = '' }) => {
    const meant = meanings.find(([words]) => words.test(message))?.[1] ?? message;
    return { go: stage === 'ok' ? 'trusted' : stage === 'verify' ? meant : 'unreadable', message };
  });
};
test("certificates get Go's verdict, for its reason", { timeout: 300_000 }, async () => {
  assert.ok(shown.length >= 150, String(shown.length));
  const [newest, oldest] = await Promise.all([verdictsOf(oracle), verdictsOf(oldestOracle)]);
  const told = (verdicts: typeof newest): readonly string[] =>
    verdicts.flatMap(({ go, message }, index) => {
      const one = shown[index];
      return one === undefined || go === ours(one) ? [] : [`${one.what}: Go says ${go} (${message}), we say ${ours(one)}`];
    });
  assert.deepEqual(told(newest), []);
  // What the table of releases calls shortKeys.
  assert.deepEqual(
    told(oldest).filter(text => !/ bits.*: Go says trusted \(\), we say weak$/.test(text)),
    [],
  );
  const refused = newest.filter(({ go }) => go !== 'trusted').length;
  assert.ok(refused > 40 && shown.length - refused > 40, `${refused} of ${shown.length} are refused`);
});

const causes: Readonly<Record<ChainFault | 'trusted' | 'unreadable', Cause | 'trusted'>> = {
  trusted: 'trusted',
  unreadable: 'certificate-malformed',
  'unhandled-extension': 'certificate-malformed',
  expired: 'certificate-expired',
  name: 'san-mismatch',
  'unknown-authority': 'unknown-ca',
  'no-authority': 'certificate-authority',
  weak: 'certificate-weak',
  'path-length': 'certificate-authority',
  usage: 'certificate-usage',
  constraint: 'certificate-authority',
};
const pem = (all: readonly Made[]): string => all.map(one => one.certificate.toString('pem')).join('\n');
const pairOf = async (made: Made): Promise<{ readonly cert: string; readonly key: string }> => ({
  cert: pem([made]),
  key: PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', made.keys.privateKey), 'PRIVATE KEY'),
});
test('a server that shows such a chain is connected to, or refused for that cause, before anything is sent', {
  timeout: 300_000,
}, async t => {
  const got: string[] = [];
  const server = createServer({}, socket => {
    socket.on('error', () => undefined).on('data', data => got.push(data.toString('latin1')));
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const differences: string[] = [];
  // As a run has it: what is made of one CA must change nothing for the next.
  const trustedBy = trustedOnce();
  for (const one of shown) {
    const { what, chain, roots, name } = one;
    const [leaf] = chain;
    // Node takes no CA at all for its own, a moment is over when the server is asked, and OpenSSL cannot read a usage of no bits.
    if (leaf === undefined || roots.length === 0 || /this moment|for nothing/.test(what)) continue;
    server.setSecureContext({ ...(await pairOf(leaf)), cert: pem(chain), ciphers: 'DEFAULT@SECLEVEL=0' });
    const endpoint = { server: `https://127.0.0.1:${port}`, caPem: pem(roots), tlsServerName: name, trustedBy };
    const cause = await shakeHands(endpoint, { timeout: 5000, signal: new AbortController().signal }).then(
      () => 'trusted',
      (error: unknown) => (error instanceof TransportError ? error.reason : String(error)),
    );
    if (cause !== causes[ours(one)]) differences.push(`${what}: ${cause} and not ${causes[ours(one)]}`);
  }
  assert.deepEqual(differences, []);
  assert.deepEqual(got, []);
});
test('what OpenSSL takes for a root and Go does not makes nobody trusted', async t => {
  const server = createServer({}, socket => socket.on('error', () => undefined));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const root = await authority('CN=root', undefined);
  const stranger = await authority('CN=root', undefined);
  const malformed = await authority('CN=root', undefined, ca(), signs, raw('2.5.29.17', '0500'));
  const called = (made: Made, type: string): string => pem([made]).replaceAll('CERTIFICATE', type);
  const passedOver: Readonly<Record<string, readonly [made: Made, text: string]>> = {
    'another name': [stranger, called(stranger, 'X509 CERTIFICATE')],
    'a trusted one': [stranger, called(stranger, 'TRUSTED CERTIFICATE')],
    headers: [stranger, pem([stranger]).replace('-----\n', '-----\nOf: somebody\n\n')],
    malformed: [malformed, pem([malformed])],
  };
  const dial = (caPem: string): Promise<string> =>
    shakeHands(
      { server: `https://127.0.0.1:${port}`, caPem, tlsServerName: 'api.example.com' },
      { timeout: 5000, signal: new AbortController().signal },
    ).then(
      () => 'trusted',
      (error: unknown) => (error instanceof TransportError ? error.reason : String(error)),
    );
  const verdicts: (readonly [what: string, signer: string, verdict: string])[] = [];
  for (const [what, [made, text]] of Object.entries(passedOver)) {
    const bundles = [`${text}\n${pem([root])}`, `${pem([root])}\n${text}`];
    for (const [signer, by] of [['the root', root] as const, ['the other', made] as const]) {
      server.setSecureContext(await pairOf(await make({ by, extensions: [host] })));
      for (const bundle of bundles) verdicts.push([what, signer, await dial(bundle)]);
    }
  }
  assert.equal(verdicts.length, 16);
  assert.deepEqual(
    verdicts.filter(([, signer, verdict]) => verdict !== (signer === 'the root' ? 'trusted' : 'unknown-ca')),
    [],
  );
});
test('CAs that have signed each other do not hold the process, on the way to a server or to its proxy', async t => {
  const server = createServer({}, socket => {
    socket.on('error', () => undefined).once('data', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  });
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const first = await authority('CN=first', undefined);
  const second = await authority('CN=second', first);
  const circle = await make({ subject: 'CN=first', by: second, keys: first.keys, extensions: [ca(), signs] });
  server.setSecureContext(await pairOf(await make({ by: circle, extensions: [host] })));
  const url = `https://127.0.0.1:${port}`;
  const endpoint = { server: url, caPem: pem([second, circle]), tlsServerName: 'api.example.com' };
  const verdict = (from: object): Promise<readonly string[]> => {
    // A process of its own, for one that is held hears nothing any more.
    const script = `import { shakeHands } from ${JSON.stringify(join(import.meta.dirname, '../src/kube/api/connection.ts'))};
      const dialled = shakeHands(JSON.parse(process.argv[1]), { timeout: 5000, signal: new AbortController().signal });
      console.log(await dialled.then(() => 'trusted', error => error.message));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, JSON.stringify(from)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 20_000,
      killSignal: 'SIGKILL',
    });
    return child.stdout.setEncoding('utf8').toArray();
  };
  assert.deepEqual(await verdict(endpoint), ['trusted\n']);
  assert.deepEqual(await verdict({ ...endpoint, proxyUrl: url }), [`the proxy ${url}: it answered 502 to CONNECT\n`]);
  assert.deepEqual(await verdict({ ...endpoint, tlsServerName: 'other.example.com', proxyUrl: url }), [
    `the proxy ${url}: ERR_TLS_CERT_ALTNAME_INVALID\n`,
  ]);
});
test('a client certificate is shown to a server that Go trusts, and to no other', async t => {
  const root = await make({ subject: 'CN=root', extensions: [ca(), signs] });
  const stranger = await make({ subject: 'CN=root', extensions: [ca(), signs] });
  const client = await pairOf(await make({ subject: 'CN=client', by: root, extensions: [usages(clientAuth)] }));
  const seen: (string | undefined)[] = [];
  const closed: Promise<unknown>[] = [];
  const server = createServer({ requestCert: true, rejectUnauthorized: false }, socket => {
    socket.on('error', () => undefined);
    seen.push(socket.getPeerX509Certificate()?.subject);
  });
  server.on('tlsClientError', () => undefined);
  server.on('connection', socket => closed.push(new Promise(done => socket.once('close', done))));
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const dial = async (leaf: Made, trusted: Made): Promise<string> => {
    server.setSecureContext(await pairOf(leaf));
    const endpoint = {
      server: `https://127.0.0.1:${port}`,
      caPem: trusted.certificate.toString('pem'),
      tlsServerName: 'api.example.com',
      clientCertificate: client,
    };
    const cause = await handshake(endpoint, { timeout: 5000, signal: new AbortController().signal }).then(
      ({ socket }) => {
        // What the server has seen is known once it has answered.
        socket.end();
        return 'trusted';
      },
      (error: unknown) => (error instanceof TransportError ? error.reason : String(error)),
    );
    await Promise.all(closed.splice(0));
    return cause;
  };
  const plain = await make({ by: root, extensions: [host] });
  const odd = await make({ by: root, extensions: [host, usages(anyUsage)] });
  assert.equal(await dial(plain, root), 'trusted');
  assert.deepEqual(seen.splice(0), ['CN=client']);
  assert.equal(await dial(odd, root), 'trusted');
  assert.deepEqual(
    seen.splice(0).filter(one => one !== undefined),
    ['CN=client'],
  );
  assert.equal(await dial(odd, stranger), 'unknown-ca');
  assert.equal(await dial(await make({ by: root, extensions: [host, usages(clientAuth)] }), root), 'certificate-usage');
  assert.deepEqual(
    seen.filter(one => one !== undefined),
    [],
  );
});
