import { derOf, isEmpty, read, readAny, readOid, readSequence, tags } from './der.ts';
import { utf8Text } from './text.ts';
import { needed, X509Fault } from './x509-fault.ts';

/** A distinguished name; crypto/x509 parser.go parseName. */
export const checkName = (content: Uint8Array): void => {
  const names = derOf(content);
  while (!isEmpty(names)) {
    const set = derOf(needed(read(names, tags.set), 'invalid RDNSequence'));
    while (!isEmpty(set)) {
      const attribute = needed(readSequence(set), 'invalid RDNSequence: invalid attribute');
      needed(readOid(attribute), 'invalid RDNSequence: invalid attribute type');
      const { tag, content: value } = needed(readAny(attribute), 'invalid RDNSequence: invalid attribute value');
      const fault = stringFault(tag, value);
      if (fault !== undefined) throw new X509Fault(`invalid RDNSequence: invalid attribute value: ${fault}`);
    }
  }
};

/** What is wrong with a text of a kind; crypto/x509 parser.go parseASN1String. */
const stringFault = (tag: number, value: Uint8Array): string | undefined => {
  const latin = Buffer.from(value).toString('latin1');
  switch (tag) {
    case tags.t61String:
      return undefined;
    case tags.printableString:
      return /^[A-Za-z0-9'()+,\-./ :=?*&]*$/.test(latin) ? undefined : 'invalid PrintableString';
    case tags.utf8String:
      return Buffer.from(utf8Text(value)).equals(value) ? undefined : 'invalid UTF-8 string';
    case tags.bmpString:
      return isBmp(value) ? undefined : 'invalid BMPString';
    case tags.ia5String:
      return isAscii(latin) ? undefined : 'invalid IA5String';
    case tags.numericString:
      return /^[0-9 ]*$/.test(latin) ? undefined : 'invalid NumericString';
    default:
      return `unsupported string type: ${tag}`;
  }
};
export const isAscii = (latin: string): boolean => !/[\x80-\xff]/.test(latin);
const isBmp = (value: Uint8Array): boolean => {
  if (value.length % 2 !== 0) return false;
  for (let at = 0; at < value.length; at += 2) {
    const unit = (value[at] ?? 0) * 256 + (value[at + 1] ?? 0);
    if (unit >= 0xfffe || (unit >= 0xfdd0 && unit <= 0xfdef) || (unit >= 0xd800 && unit <= 0xdfff)) return false;
  }
  return true;
};
