import { isIP } from 'node:net';
import { contextTag, type Der, derOf, isEmpty, isNextTag, read, readAny, readSequence, tags } from './der.ts';
import { quotedBytes } from './url-escapes.ts';
import { needed, X509Fault } from './x509-fault.ts';
import { isAscii } from './x509-name.ts';

const fault = 'invalid NameConstraints extension';

/** Which names a CA may sign; crypto/x509 parser.go parseNameConstraintsExtension. */
export const checkNameConstraints = (value: Uint8Array): void => {
  const outer = derOf(value);
  const constraints = derOf(needed(read(outer, tags.sequence), fault));
  if (!isEmpty(outer)) throw new X509Fault(fault);
  const permittedSubtrees = readSubtrees(constraints, contextTag(0, true));
  const excludedSubtrees = readSubtrees(constraints, contextTag(1, true));
  if (!isEmpty(constraints)) throw new X509Fault(fault);
  if (isEmpty(permittedSubtrees) && isEmpty(excludedSubtrees)) throw new X509Fault('empty name constraints extension');
  for (const subtrees of [permittedSubtrees, excludedSubtrees])
    while (!isEmpty(subtrees)) checkSubtree(needed(readSequence(subtrees), fault));
};
const readSubtrees = (der: Der, tag: number): Der => derOf(isNextTag(der, tag) ? needed(read(der, tag), fault) : new Uint8Array());

const checkSubtree = (subtree: Der): void => {
  const { tag, content } = needed(readAny(subtree), fault);
  const text = Buffer.from(content).toString('latin1');
  if (tag === contextTag(7)) checkRange(content);
  else if ([contextTag(1), contextTag(2), contextTag(6)].includes(tag) && !isAscii(text))
    throw new X509Fault(`invalid constraint value: x509: ${quotedBytes(text)} cannot be encoded as an IA5String`);
  else if (tag === contextTag(2) && !isDomain(text, true)) throw new X509Fault(`failed to parse dnsName constraint ${quotedBytes(text)}`);
  else if (tag === contextTag(1) && !(text.includes('@') ? isMailbox(text) : isDomain(text, true)))
    throw new X509Fault(`failed to parse rfc822Name constraint ${quotedBytes(text)}`);
  else if (tag === contextTag(6)) {
    if (isIP(text) !== 0 && !text.includes('%'))
      throw new X509Fault(`failed to parse URI constraint ${quotedBytes(text)}: cannot be IP address`);
    if (!isDomain(text, true)) throw new X509Fault(`failed to parse URI constraint ${quotedBytes(text)}`);
  }
};
const checkRange = (content: Uint8Array): void => {
  if (content.length !== 8 && content.length !== 32) throw new X509Fault(`IP constraint contained value of length ${content.length}`);
  const mask = content.subarray(content.length / 2);
  const bits = [...mask].map(byte => byte.toString(2).padStart(8, '0')).join('');
  if (/01/.test(bits)) throw new X509Fault(`IP constraint contained invalid mask ${Buffer.from(mask).toString('hex')}`);
};

/** crypto/x509 parser.go domainNameValid. */
export const isDomain = (name: string, isConstraint: boolean): boolean => {
  if (name === '') return true;
  const labels = isConstraint && name.startsWith('.') ? name.slice(1) : name;
  // Go takes an empty label in front for the beginning of the name.
  return !name.endsWith('.') && /^[!-~]+$/.test(labels) && !labels.startsWith('.') && !labels.includes('..');
};
/** crypto/x509 parser.go parseRFC2821Mailbox. */
export const isMailbox = (text: string): boolean => {
  const quotedString = /^"(?:\\[\x01-\x09\x0b\x0c\x0e-\x7f]|[\x01-\x08\x0b\x0c\x0e-!#-[\]-\x7f])*"/.exec(text)?.[0];
  const localPart = quotedString ?? /^(?:\\.|[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.])+/s.exec(text)?.[0];
  if (localPart === undefined || text.charAt(localPart.length) !== '@') return false;
  const mailbox = quotedString === undefined ? localPart.replace(/\\(.)/gs, '$1') : 'x';
  if (mailbox.startsWith('.') || mailbox.endsWith('.') || mailbox.includes('..')) return false;
  const domain = text.slice(localPart.length + 1);
  return domain === '' || (/^[!-~]+$/.test(domain) && domain.split('.').every(label => label !== ''));
};
