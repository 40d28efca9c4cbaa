import {
  contextTag,
  type Der,
  derOf,
  isEmpty,
  isNextTag,
  read,
  readAny,
  readBitString,
  readBoolean,
  readInteger,
  readIntegerBytes,
  readOid,
  readSequence,
  tags,
} from './der.ts';
import { parseUrl } from './url.ts';
import { quotedBytes } from './url-escapes.ts';
import { needed, X509Fault } from './x509-fault.ts';
import { isAscii } from './x509-name.ts';
import { checkNameConstraints, isDomain } from './x509-name-constraints.ts';

export interface CertificateExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** What Go's parser looks into; anything else passes. Source: crypto/x509 parser.go processExtensions. */
export const checkExtensions = (extensions: readonly CertificateExtension[]): void => {
  for (const { oid, critical, value } of extensions) checks[oid]?.(value, critical);
};
const each = (list: Der, check: (list: Der) => void): void => {
  while (!isEmpty(list)) check(list);
};

const checkKeyUsage = (value: Uint8Array): void => {
  needed(readBitString(derOf(value)), 'invalid key usage');
};
const checkBasicConstraints = (value: Uint8Array): void => {
  const fault = 'invalid basic constraints';
  const der = needed(readSequence(derOf(value)), fault);
  if (isNextTag(der, tags.boolean)) needed(readBoolean(der), fault);
  if (!isNextTag(der, tags.integer)) return;
  const pathLength = needed(readInteger(der), fault);
  if (pathLength < 0n || pathLength >= 2n ** 63n) throw new X509Fault(fault);
};
const checkSubjectNames = (value: Uint8Array): void => {
  each(needed(readSequence(derOf(value)), 'invalid subject alternative names'), list => {
    const { tag, content } = needed(readAny(list), 'invalid subject alternative name');
    const text = Buffer.from(content).toString('latin1');
    const nameKind = malformedNames[tag];
    if (nameKind !== undefined && !isAscii(text)) throw new X509Fault(`SAN ${nameKind} is malformed`);
    if (tag === contextTag(6)) checkUri(text);
    if (tag === contextTag(7) && content.length !== 4 && content.length !== 16)
      throw new X509Fault(`cannot parse IP address of length ${content.length}`);
  });
};
const malformedNames: Readonly<Record<number, string>> = {
  [contextTag(1)]: 'rfc822Name',
  [contextTag(2)]: 'dNSName',
  [contextTag(6)]: 'uniformResourceIdentifier',
};
const checkUri = (text: string): void => {
  const uri = parseUrl(text, { strictColons: true });
  if (!uri.ok) throw new X509Fault(`cannot parse URI ${quotedBytes(text)}: ${uri.message}`);
  if (uri.url.host !== '' && !isDomain(uri.url.host, false)) throw new X509Fault(`cannot parse URI ${quotedBytes(text)}: invalid domain`);
};
const checkDistributionPoints = (value: Uint8Array): void => {
  const fault = 'invalid CRL distribution point';
  each(needed(readSequence(derOf(value)), `${fault}s`), list => {
    const point = needed(readSequence(list), fault);
    if (!isNextTag(point, contextTag(0, true))) return;
    const outer = derOf(needed(read(point, contextTag(0, true)), fault));
    const names = derOf(needed(read(outer, contextTag(0, true)), fault));
    while (isNextTag(names, contextTag(6))) needed(read(names, contextTag(6)), fault);
  });
};
const checkAuthorityKey = (value: Uint8Array, critical: boolean): void => {
  if (critical) throw new X509Fault('authority key identifier incorrectly marked critical');
  const der = needed(readSequence(derOf(value)), 'invalid authority key identifier');
  if (isNextTag(der, contextTag(0))) needed(read(der, contextTag(0)), 'invalid authority key identifier');
};
const checkPolicyConstraints = (value: Uint8Array): void => {
  const fault = 'invalid policy constraints extension';
  const der = needed(readSequence(derOf(value)), fault);
  for (const tag of [contextTag(0), contextTag(1)]) {
    if (isNextTag(der, tag) && needed(readIntegerBytes(der, tag), fault).length > 8) throw new X509Fault(fault);
  }
};
const checkExtendedUsages = (value: Uint8Array): void =>
  each(needed(readSequence(derOf(value)), 'invalid extended key usages'), list => needed(readOid(list), 'invalid extended key usages'));
const checkSubjectKey = (value: Uint8Array, critical: boolean): void => {
  if (critical) throw new X509Fault('subject key identifier incorrectly marked critical');
  needed(read(derOf(value), tags.octetString), 'invalid subject key identifier');
};
const checkPolicies = (value: Uint8Array): void => {
  const fault = 'invalid certificate policies';
  const oids = new Set<string>();
  each(needed(readSequence(derOf(value)), fault), list => {
    const oid = needed(read(needed(readSequence(list), fault), tags.oid), fault);
    const text = Buffer.from(oid).toString('latin1');
    if (oids.has(text) || !isOid(oid)) throw new X509Fault(fault);
    oids.add(text);
  });
};
const isOid = (oid: Uint8Array): boolean =>
  oid.length > 0 && (oid.at(-1) ?? 0) < 0x80 && oid.every((byte, index) => byte !== 0x80 || (index > 0 && (oid[index - 1] ?? 0) >= 0x80));
const checkPolicyMappings = (value: Uint8Array): void => {
  const fault = 'invalid policy mappings extension';
  each(needed(readSequence(derOf(value)), fault), list => {
    const pair = needed(readSequence(list), fault);
    needed(read(pair, tags.oid), fault);
    needed(read(pair, tags.oid), fault);
  });
};
const checkInhibitAnyPolicy = (value: Uint8Array): void => {
  needed(readInteger(derOf(value), 8), 'invalid inhibit any policy extension');
};
const checkInformationAccess = (value: Uint8Array, critical: boolean): void => {
  if (critical) throw new X509Fault('authority info access incorrectly marked critical');
  const fault = 'invalid authority info access';
  each(needed(readSequence(derOf(value)), fault), list => {
    const access = needed(readSequence(list), fault);
    needed(readOid(access), fault);
    if (isNextTag(access, contextTag(6))) needed(read(access, contextTag(6)), fault);
  });
};
const checks: Readonly<Record<string, (value: Uint8Array, critical: boolean) => void>> = {
  '2.5.29.14': checkSubjectKey,
  '2.5.29.15': checkKeyUsage,
  '2.5.29.17': checkSubjectNames,
  '2.5.29.19': checkBasicConstraints,
  '2.5.29.30': checkNameConstraints,
  '2.5.29.31': checkDistributionPoints,
  '2.5.29.32': checkPolicies,
  '2.5.29.33': checkPolicyMappings,
  '2.5.29.35': checkAuthorityKey,
  '2.5.29.36': checkPolicyConstraints,
  '2.5.29.37': checkExtendedUsages,
  '2.5.29.54': checkInhibitAnyPolicy,
  '1.3.6.1.5.5.7.1.1': checkInformationAccess,
};
