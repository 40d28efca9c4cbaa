/** What the operator has read of a ClientConfig, in the one word that every table has for it. */
export const readState = (loaded: 'current' | 'stale' | 'never' | 'ignored' | 'no-secret' | undefined): string => loaded ?? 'unknown';
