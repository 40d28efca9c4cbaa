/** What is known to be wrong and not mended yet; nothing else may be found. */
const known: readonly RegExp[] = [/^(TypeError|RangeError|TransportError)/, /^exit 0 though unreadable: /, /^not told: /];
export const isKnown = (site: string): boolean => known.some(pattern => pattern.test(site));
