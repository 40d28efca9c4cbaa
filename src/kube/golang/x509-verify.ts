import { X509Certificate } from 'node:crypto';
import type { Certificate } from './x509.ts';
import { constraintFault } from './x509-constraints.ts';
import { type Facts, factsOf } from './x509-facts.ts';
import { isForHost } from './x509-hostname.ts';

/** Why Go does not trust a chain. */
export type ChainFault =
  | 'unhandled-extension'
  | 'expired'
  | 'name'
  | 'unknown-authority'
  | 'no-authority'
  | 'weak'
  | 'path-length'
  | 'usage'
  | 'constraint';
export interface Chain {
  readonly leaf: Certificate;
  readonly intermediates: readonly Certificate[];
  readonly roots: readonly Certificate[];
  /** the host that is dialled */
  readonly name: string;
  /** milliseconds since the epoch */
  readonly now: number;
  /** whether OpenSSL has verified the signature of the only chain that these certificates can make */
  readonly isVerified?: boolean;
}
interface Link {
  readonly certificate: Certificate;
  readonly facts: Facts;
}
const linkOf = (certificate: Certificate): Link => ({ certificate, facts: factsOf(certificate) });
const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

/** Trust, with the certificates that it goes through from the leaf to the root, or why there is none. */
export type Verdict =
  | { readonly trusted: true; readonly through: readonly Certificate[] }
  | { readonly trusted: false; readonly fault: ChainFault };
const refused = (fault: ChainFault): Verdict => ({ trusted: false, fault });

/** The verdict of Go's verifier on what a server shows; crypto/x509 verify.go Verify, policies left aside. */
export const verifyChain = ({ leaf, intermediates, roots, name, now, isVerified = false }: Chain): Verdict => {
  const first = linkOf(leaf);
  const own = invalidity(first, 'leaf', [], now);
  if (own !== undefined) return refused(own);
  if (!isForHost(name, first.facts.names ?? none)) return refused('name');
  const search: Search = { roots: roots.map(linkOf), intermediates: intermediates.map(linkOf), now, isVerified, checks: 0 };
  const isRoot = roots.some(root => same(root.bytes, leaf.bytes));
  const { chains, fault }: Found = isRoot ? { chains: [[first]] } : chainsFrom(first, [first], search);
  if (chains.length === 0) return refused(fault ?? 'unknown-authority');
  const usableChains = chains.filter(serves);
  const path = usableChains.find(chain => !breaksConstraints(chain));
  if (path !== undefined) return { trusted: true, through: path.map(({ certificate }) => certificate) };
  return refused(usableChains.length > 0 ? 'constraint' : 'usage');
};
const none = { dns: [], addresses: [], emails: [], uris: [] };

/** verify.go isValid. */
const invalidity = (
  { certificate, facts }: Link,
  role: 'leaf' | 'intermediate' | 'root',
  chain: readonly Link[],
  now: number,
): ChainFault | undefined => {
  if (facts.unhandled) return 'unhandled-extension';
  if (now < certificate.notBefore || now > certificate.notAfter) return 'expired';
  if (role === 'intermediate' && facts.isAuthority !== true) return 'no-authority';
  return facts.maxPathLength !== undefined && chain.length - 1 > facts.maxPathLength ? 'path-length' : undefined;
};

interface Search {
  readonly roots: readonly Link[];
  readonly intermediates: readonly Link[];
  readonly now: number;
  readonly isVerified: boolean;
  checks: number;
}
interface Found {
  readonly chains: readonly (readonly Link[])[];
  /** the last of the reasons why there is none */
  readonly fault?: ChainFault | undefined;
}
/** As many signatures as Go looks at; without a limit a chain could be made that takes for ever. */
const maxChecks = 100;

/** verify.go buildChains. */
const chainsFrom = (child: Link, chain: readonly Link[], search: Search): Found => {
  const chains: (readonly Link[])[] = [];
  let fault: ChainFault | undefined;
  let hint: ChainFault | undefined;
  for (const role of ['root', 'intermediate'] as const) {
    for (const parent of parentsOf(child, role === 'root' ? search.roots : search.intermediates)) {
      if (++search.checks > maxChecks) return { chains, fault: 'unknown-authority' };
      if (parent.certificate.publicKey === undefined || isIn(parent, chain)) continue;
      const signatureProblem = signatureFault(child, parent, search.isVerified);
      if (signatureProblem !== undefined) {
        hint ??= signatureProblem;
        continue;
      }
      fault = invalidity(parent, role, chain, search.now);
      if (fault !== undefined) {
        hint ??= fault;
        continue;
      }
      const longer = [...chain, parent];
      if (role === 'root') chains.push(longer);
      else {
        const result = chainsFrom(parent, longer, search);
        chains.push(...result.chains);
        fault = result.fault;
      }
    }
  }
  return { chains, fault: chains.length > 0 ? undefined : (fault ?? hint ?? 'unknown-authority') };
};
/** Certificates of the name that has issued it, those first whose key is the one that is meant; cert_pool.go findPotentialParents. */
const parentsOf = ({ certificate, facts }: Link, pool: readonly Link[]): readonly Link[] => {
  const candidates = pool.filter(parent => same(parent.certificate.subject, certificate.issuer));
  const rank = ({ facts: { subjectKeyId } }: Link): number => {
    if (same(subjectKeyId, facts.authorityKeyId)) return 0;
    return (subjectKeyId.length === 0) !== (facts.authorityKeyId.length === 0) ? 1 : 2;
  };
  return [0, 1, 2].flatMap(wanted => candidates.filter(parent => rank(parent) === wanted));
};
/** By name, key and the names it is for: that ends circles of certificates that sign each other. */
const isIn = ({ certificate }: Link, chain: readonly Link[]): boolean =>
  chain.some(
    ({ certificate: other }) =>
      same(certificate.subject, other.subject) &&
      same(certificate.keyInfo, other.keyInfo) &&
      same(namesIn(certificate) ?? new Uint8Array(), namesIn(other) ?? new Uint8Array()) &&
      (namesIn(certificate) === undefined) === (namesIn(other) === undefined),
  );
const namesIn = ({ extensions }: Certificate): Uint8Array | undefined => extensions.find(({ oid }) => oid === '2.5.29.17')?.value;

/** RSA, ECDSA and Ed25519 with the hashes that Go still takes; x509.go signatureAlgorithmDetails. */
const signatures: Readonly<Record<string, 'rsa' | 'ecdsa' | 'ed25519' | 'weak'>> = {
  '1.2.840.113549.1.1.10': 'rsa',
  '1.2.840.113549.1.1.11': 'rsa',
  '1.2.840.113549.1.1.12': 'rsa',
  '1.2.840.113549.1.1.13': 'rsa',
  '1.2.840.10045.4.3.2': 'ecdsa',
  '1.2.840.10045.4.3.3': 'ecdsa',
  '1.2.840.10045.4.3.4': 'ecdsa',
  '1.3.101.112': 'ed25519',
  '1.2.840.113549.1.1.4': 'weak',
  '1.2.840.113549.1.1.5': 'weak',
  '1.3.14.3.2.29': 'weak',
  '1.2.840.10045.4.1': 'weak',
};
/** crypto/rsa refuses shorter ones since Go 1.24. */
const shortestRsa = 1024;
/** x509.go CheckSignatureFrom. */
const signatureFault = (
  { certificate: child }: Link,
  { certificate: parent, facts }: Link,
  isVerified: boolean,
): ChainFault | undefined => {
  if (facts.isAuthority === false || (facts.isAuthority === undefined && parent.version === 3) || !facts.maySign) return 'no-authority';
  const kind = signatures[child.signedWith];
  if (kind === 'weak') return 'weak';
  const key = parent.publicKey;
  if (kind === undefined || key?.type !== kind) return 'unknown-authority';
  if (key.type === 'rsa' && key.modulus.toString(2).length < shortestRsa) return 'weak';
  return isVerified || isSignedBy(child, parent) ? undefined : 'unknown-authority';
};
const isSignedBy = (child: Certificate, parent: Certificate): boolean => {
  try {
    return new X509Certificate(child.bytes).verify(new X509Certificate(parent.bytes).publicKey);
  } catch {
    return false;
  }
};

const serverAuth = '1.3.6.1.5.5.7.3.1';
const anyUsage = '2.5.29.37.0';
/** Every certificate of a chain that names usages must name this one, or any; verify.go checkChainForKeyUsage. */
const serves = (chain: readonly Link[]): boolean =>
  chain.every(({ facts: { usages } }) => usages.length === 0 || usages.includes(serverAuth) || usages.includes(anyUsage));
/** The names of each certificate are judged by every CA above it. */
const breaksConstraints = (chain: readonly Link[]): boolean =>
  chain.some(({ facts: { names } }, index) =>
    chain
      .slice(index + 1)
      .some(
        ({ facts: { constraints } }) =>
          names !== undefined && constraints !== undefined && constraintFault(names, constraints) !== undefined,
      ),
  );
