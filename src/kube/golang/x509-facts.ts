import {
  contextTag,
  derOf,
  isEmpty,
  isNextTag,
  read,
  readAny,
  readBitString,
  readBoolean,
  readInteger,
  readOid,
  readSequence,
  tags,
} from './der.ts';
import type { Certificate } from './x509.ts';
import { type Constraints, isNoted, type Names, noNames, readConstraints } from './x509-constraints.ts';
import { needed } from './x509-fault.ts';

/** What the extensions of a certificate say, as far as a chain is judged by it; crypto/x509 parser.go processExtensions. */
export interface Facts {
  readonly names: Names | undefined;
  /** whether it may sign others; `undefined` where it does not say */
  readonly isAuthority: boolean | undefined;
  readonly maxPathLength: number | undefined;
  /** false where its key usage names others alone */
  readonly maySign: boolean;
  /** OIDs; none: for anything */
  readonly usages: readonly string[];
  readonly constraints: Constraints | undefined;
  readonly subjectKeyId: Uint8Array;
  readonly authorityKeyId: Uint8Array;
  /** one of them must be understood and is not */
  readonly unhandled: boolean;
}
const noBytes = new Uint8Array();

export const factsOf = ({ extensions }: Certificate): Facts => {
  const value = (oid: string): Uint8Array | undefined => extensions.find(one => one.oid === oid)?.value;
  const names = given(value('2.5.29.17'), readNames);
  const constraints = given(value('2.5.29.30'), readConstraints);
  const nameless = names !== undefined && Object.values(names).every(all => all.length === 0);
  return {
    names,
    ...authorityIn(value('2.5.29.19')),
    maySign: given(value('2.5.29.15'), readMaySign) ?? true,
    usages: given(value('2.5.29.37'), readUsages) ?? [],
    constraints,
    subjectKeyId: given(value('2.5.29.14'), id => read(derOf(id), tags.octetString)) ?? noBytes,
    authorityKeyId: given(value('2.5.29.35'), readAuthorityKeyId) ?? noBytes,
    unhandled: extensions.some(
      ({ oid, critical }) =>
        critical &&
        (!handledOids.has(oid) || (oid === '2.5.29.17' && nameless) || (oid === '2.5.29.30' && constraints?.hasUnknownKinds === true)),
    ),
  };
};
const given = <T>(value: Uint8Array | undefined, readValue: (value: Uint8Array) => T): T | undefined =>
  value === undefined ? undefined : readValue(value);
const handledOids = new Set([
  ...['14', '15', '17', '19', '30', '31', '32', '33', '35', '36', '37', '54'].map(last => `2.5.29.${last}`),
  '1.3.6.1.5.5.7.1.1',
]);

const readNames = (value: Uint8Array): Names => {
  const names = noNames();
  const list = needed(readSequence(derOf(value)), 'invalid subject alternative names');
  while (!isEmpty(list)) {
    const { tag, content } = needed(readAny(list), 'invalid subject alternative name');
    isNoted(names, tag, content);
  }
  return names;
};
const authorityIn = (value: Uint8Array | undefined): Pick<Facts, 'isAuthority' | 'maxPathLength'> => {
  if (value === undefined) return { isAuthority: undefined, maxPathLength: undefined };
  const fault = 'invalid basic constraints';
  const der = needed(readSequence(derOf(value)), fault);
  const isAuthority = isNextTag(der, tags.boolean) ? needed(readBoolean(der), fault) : false;
  return { isAuthority, maxPathLength: isNextTag(der, tags.integer) ? Number(needed(readInteger(der), fault)) : undefined };
};
/** keyCertSign is the sixth bit; one that names no usage at all names no other either. */
const readMaySign = (value: Uint8Array): boolean => {
  const [first = 0, second = 0] = needed(readBitString(derOf(value)), 'invalid key usage').bytes;
  return (first & 0x04) !== 0 || (first === 0 && (second & 0x80) === 0);
};
const readUsages = (value: Uint8Array): readonly string[] => {
  const usages: string[] = [];
  const list = needed(readSequence(derOf(value)), 'invalid extended key usages');
  while (!isEmpty(list)) usages.push(needed(readOid(list), 'invalid extended key usages'));
  return usages;
};
const readAuthorityKeyId = (value: Uint8Array): Uint8Array => {
  const der = needed(readSequence(derOf(value)), 'invalid authority key identifier');
  return isNextTag(der, contextTag(0)) ? needed(read(der, contextTag(0)), 'invalid authority key identifier') : noBytes;
};
