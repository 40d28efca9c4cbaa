import type { Impersonation } from '../kubeconfig/stored.ts';

/** The headers with which client-go acts as somebody else; transport/round_trippers.go impersonatingRoundTripper. */
export const impersonationHeaders = (as: Impersonation | undefined): Readonly<Record<string, string | string[]>> =>
  as === undefined
    ? {}
    : {
        'Impersonate-User': as.user,
        ...(as.uid === undefined ? {} : { 'Impersonate-Uid': as.uid }),
        ...(as.groups.length === 0 ? {} : { 'Impersonate-Group': [...as.groups] }),
        ...Object.fromEntries(
          Object.entries(as.extra).flatMap(([key, values]) =>
            values.length === 0 ? [] : [[`Impersonate-Extra-${escapedKey(key)}`, [...values]]],
          ),
        ),
      };
/** What may not stand in the name of a header is percent-encoded, the percent sign too; headerKeyEscape in the same file. */
const escapedKey = (key: string): string =>
  [...Buffer.from(key)]
    .map(byte => {
      const char = String.fromCharCode(byte);
      return /[!#$&'*+.^_`|~0-9A-Za-z-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
/** Every text of them. */
export const impersonated = (as: Impersonation | undefined): readonly string[] =>
  as === undefined ? [] : [as.user, as.uid ?? '', ...as.groups, ...Object.entries(as.extra).flatMap(([key, values]) => [key, ...values])];
