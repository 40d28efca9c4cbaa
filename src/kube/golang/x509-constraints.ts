import { contextTag, derOf, isEmpty, isNextTag, read, readAny, readSequence } from './der.ts';
import { parseUrl } from './url.ts';
import { needed } from './x509-fault.ts';
import { isDomain, isMailbox } from './x509-name-constraints.ts';

/** The names that a certificate is for; addresses as bytes. */
export interface Names {
  readonly dns: readonly string[];
  readonly addresses: readonly Uint8Array[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
}
/** Subtrees of names; an address is followed by its mask. */
interface Subtrees {
  readonly dns: readonly string[];
  readonly addresses: readonly Uint8Array[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
}
/** Which names a CA may sign for. */
export interface Constraints {
  readonly permitted: Subtrees;
  readonly excluded: Subtrees;
  /** subtrees of kinds that Go does not look at */
  readonly hasUnknownKinds: boolean;
}
const fault = 'invalid NameConstraints extension';

/** The extension, once it has passed the parser. */
export const readConstraints = (value: Uint8Array): Constraints => {
  const der = needed(readSequence(derOf(value)), fault);
  const part = (number: number): Uint8Array =>
    isNextTag(der, contextTag(number, true)) ? needed(read(der, contextTag(number, true)), fault) : new Uint8Array();
  const [permitted, excluded] = [readSubtrees(part(0)), readSubtrees(part(1))];
  return { permitted, excluded, hasUnknownKinds: permitted.unknown || excluded.unknown };
};
/** To be filled by a reader. */
export const noNames = (): { dns: string[]; addresses: Uint8Array[]; emails: string[]; uris: string[] } => ({
  dns: [],
  addresses: [],
  emails: [],
  uris: [],
});
/** Whether this is one of the kinds of names that Go knows: then it is among them from now on. */
export const isNoted = (names: ReturnType<typeof noNames>, tag: number, content: Uint8Array): boolean => {
  const text = Buffer.from(content).toString('latin1');
  if (tag === contextTag(1)) names.emails.push(text);
  else if (tag === contextTag(2)) names.dns.push(text);
  else if (tag === contextTag(6)) names.uris.push(text);
  else if (tag === contextTag(7)) names.addresses.push(content);
  else return false;
  return true;
};
const readSubtrees = (bytes: Uint8Array): Subtrees & { readonly unknown: boolean } => {
  const trees = noNames();
  let unknown = false;
  const list = derOf(bytes);
  while (!isEmpty(list)) {
    const { tag, content } = needed(readAny(needed(readSequence(list), fault)), fault);
    if (!isNoted(trees, tag, content)) unknown = true;
  }
  return { ...trees, unknown };
};

/** What in the names of a certificate its CA may not sign, in Go's words; crypto/x509 constraints.go checkChainConstraints. */
export const constraintFault = (names: Names, { permitted, excluded }: Constraints): string | undefined => {
  const judged = <T>(what: string, all: readonly T[], inTree: (name: T, tree: Subtrees, excludes: boolean) => boolean | undefined) => {
    for (const name of all) {
      const shown = typeof name === 'string' ? name : 'an address';
      if (inTree(name, permitted, false) === false) return `${what} "${shown}" is not permitted by any constraint`;
      if (inTree(name, excluded, true) === true) return `${what} "${shown}" is excluded by constraint`;
    }
    return undefined;
  };
  return (
    unreadable(names) ??
    judged('IP address', names.addresses, (address, { addresses }) => among(addresses, range => isWithin(address, range))) ??
    judged('DNS name', names.dns, (name, { dns }, excludes) => among(dns, domain => isUnder(name, domain, excludes))) ??
    judged('URI', names.uris, (uri, { uris }, excludes) => among(uris, domain => isUnder(hostOf(uri), domain, excludes))) ??
    judged('email address', names.emails, (email, { emails }, excludes) => among(emails, tree => isMailIn(email, tree, excludes)))
  );
};
/** Nothing for no subtree of that kind, which permits and excludes nothing. */
const among = <T>(trees: readonly T[], matches: (tree: T) => boolean): boolean | undefined =>
  trees.length === 0 ? undefined : trees.some(matches);
const isWithin = (address: Uint8Array, range: Uint8Array): boolean =>
  range.length === 2 * address.length &&
  address.every((byte, index) => {
    const mask = range[address.length + index] ?? 0;
    return (byte & mask) === ((range[index] ?? 0) & mask);
  });
/** An empty domain is every name; one with a dot in front, the names below it alone. */
const isUnder = (name: string, domain: string, excludes: boolean): boolean => {
  if (domain === '') return true;
  const [lower, tree] = [name.toLowerCase(), domain.toLowerCase()];
  if (lower === tree || lower.endsWith(tree.startsWith('.') ? tree : `.${tree}`)) return true;
  const dot = tree.indexOf('.');
  // A wildcard is also for the one name that is excluded.
  return excludes && lower.startsWith('*.') && dot !== -1 && tree.slice(dot) === lower.slice(1);
};
const hostOf = (uri: string): string => {
  const address = parseUrl(uri, { strictColons: true });
  return (address.ok ? address.url.host : '').toLowerCase().replace(/:\d*$/, '');
};
/** A name that cannot be compared is not permitted, whatever the constraints are about. */
const unreadable = ({ dns, emails, uris }: Names): string | undefined => {
  const uri = uris.find(one => hostOf(one) === '' || /^\[|^[\d.]+$/.test(hostOf(one)) || !isDomain(hostOf(one), false));
  if (uri !== undefined) return `URI ${JSON.stringify(uri)} cannot be matched against constraints`;
  const email = emails.find(one => !isMailbox(one));
  if (email !== undefined) return `cannot parse rfc822Name ${JSON.stringify(email)}`;
  const name = dns.find(one => !isDomain(one, false));
  return name === undefined ? undefined : `cannot parse dnsName ${JSON.stringify(name)}`;
};
const isMailIn = (email: string, tree: string, excludes: boolean): boolean => {
  const at = email.lastIndexOf('@');
  const [localPart, domain] = [email.slice(0, at), email.slice(at + 1).toLowerCase()];
  if (!tree.includes('@')) return isUnder(domain, tree, excludes);
  const treeAt = tree.lastIndexOf('@');
  return localPart === tree.slice(0, treeAt) && domain === tree.slice(treeAt + 1).toLowerCase();
};
