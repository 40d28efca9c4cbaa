import { quotedBytes as quoted } from './url-escapes.ts';

/** What Go has against an IP address in a string of bytes, '' for none; net/netip ParseAddr, in its words. */
export const addressFault = (text: string): string => {
  const sign = /[.:%]/.exec(text)?.[0];
  const fault = sign === '.' ? v4Fault(text) : sign === ':' ? v6Fault(text) : sign === '%' ? 'missing IPv6 address' : 'unable to parse IP';
  return fault === '' ? '' : `ParseAddr(${quoted(text)}): ${fault}`;
};
export const isV4 = (text: string): boolean => v4Fault(text) === '';

const at = (text: string): string => (text === '' ? '' : ` (at ${quoted(text)})`);
const v4Fault = (text: string): string => {
  let fields = 0;
  let digits = '';
  for (let index = 0; index < text.length; index++) {
    const sign = text.charAt(index);
    if (/[0-9]/.test(sign)) {
      if (digits === '0') return 'IPv4 field has octet with leading zero';
      digits += sign;
      if (Number(digits) > 255) return 'IPv4 field has value >255';
    } else if (sign === '.') {
      if (index === 0 || index === text.length - 1 || text.charAt(index - 1) === '.')
        return `IPv4 field must have at least one digit${at(text.slice(index))}`;
      if (fields === 3) return 'IPv4 address too long';
      fields++;
      digits = '';
    } else return `unexpected character${at(text.slice(index))}`;
  }
  return fields < 3 ? 'IPv4 address too short' : '';
};

const v6Fault = (text: string): string => {
  const [address = '', ...zone] = text.split('%');
  if (zone.length > 0 && zone.join('%') === '') return 'zone must be a non-empty string';
  let hasGap = address.startsWith('::');
  let rest = hasGap ? address.slice(2) : address;
  if (hasGap && rest === '') return '';
  let bytes = 0;
  while (bytes < 16) {
    const digits = /^[0-9a-fA-F]*/.exec(rest)?.[0] ?? '';
    if (digits.length > 4) return `each group must have 4 or less digits${at(rest)}`;
    if (digits === '') return `each colon-separated field must have at least one digit${at(rest)}`;
    if (rest.charAt(digits.length) === '.') {
      if (!hasGap && bytes !== 12) return `embedded IPv4 address must replace the final 2 fields of the address${at(rest)}`;
      if (bytes > 12) return `too many hex fields to fit an embedded IPv4 at the end of the address${at(rest)}`;
      const fault = v4Fault(rest);
      if (fault !== '') return fault;
      rest = '';
      bytes += 4;
      break;
    }
    bytes += 2;
    rest = rest.slice(digits.length);
    if (rest === '') break;
    if (!rest.startsWith(':')) return `unexpected character, want colon${at(rest)}`;
    if (rest === ':') return `colon must be followed by more characters${at(rest)}`;
    rest = rest.slice(1);
    if (rest.startsWith(':')) {
      if (hasGap) return `multiple :: in address${at(rest)}`;
      hasGap = true;
      rest = rest.slice(1);
      if (rest === '') break;
    }
  }
  if (rest !== '') return `trailing garbage after address${at(rest)}`;
  if (bytes < 16 && !hasGap) return 'address string too short';
  return bytes === 16 && hasGap ? 'the :: must expand to at least one field of zeros' : '';
};
