/** What begins a JSON Web Token, and what begins a key or a certificate in PEM. */
const secretMark = /eyJ[\w-]{10}|-----BEGIN/;
/** A token that joins a node, as kubeadm makes it. */
const bootstrap = /^[a-z0-9]{6}\.[a-z0-9]{16}$/;
const kindOf = (letter: string): string => (/[0-9]/.test(letter) ? 'digit' : /[a-z]/.test(letter) ? 'small' : 'capital');
/** How often the letters of a run change between capital, small and digit: in words seldom, in what is drawn by lot nearly always. */
const unrest = (run: string): number => {
  let changes = 0;
  for (let at = 1; at < run.length; at++) if (kindOf(run.charAt(at - 1)) !== kindOf(run.charAt(at))) changes++;
  return changes / run.length;
};
const isDrawn = (run: string): boolean => {
  // Capitals and digits alone are identifiers: EKS names hosts so.
  if (!/[0-9]/.test(run) || !/[a-z]/.test(run)) return false;
  return /[A-Z]/.test(run) ? unrest(run) >= 0.43 : run.length >= 24 && unrest(run) >= 0.27;
};
const runs = /[A-Za-z0-9+=]{16,}/g;

/**
 * Whether a text is, or holds, what looks like a credential: a JWT, a PEM block, or sixteen letters and digits that no word has. What is named
 * by people (`K8ssandraOperatorProd01`, an ARN, a UUID) does not. Short passwords cannot be told from names: where one may stand nothing is shown.
 */
export const looksSecret = (text: string): boolean =>
  secretMark.test(text) || bootstrap.test(text) || (text.match(runs) ?? []).some(isDrawn);

/** What stands in the place of a text that is not shown. */
export const unshown = (text: string): string => `(not shown: ${text.length} characters)`;
/** A name as it may be shown: no longer than names are, and nothing that looks like a credential. */
export const shownName = (text: string): string => (text.length > 253 || looksSecret(text) ? unshown(text) : text);

/** A text of somebody else without what looks like a credential in it. */
export const withoutSecrets = (text: string): string =>
  text
    .replace(/-----BEGIN[\s\S]*?(?:-----END[^\n]*|$)/g, 'REDACTED')
    .replace(/eyJ[\w-]{10,}(?:\.[\w-]*){0,2}/g, 'REDACTED')
    .replace(blobs, (blob, at: number, whole: string) =>
      (blob.match(runs) ?? []).some(isDrawn) && !isLabel(blob, whole.slice(at + blob.length)) ? 'REDACTED' : blob,
    );
/** What base64 is written in: a sign of it does not end a credential. */
const blobs = /[A-Za-z0-9+/=_-]{16,}/g;
/** The first label of a host name. */
const isLabel = (run: string, rest: string): boolean => run === run.toLowerCase() && /^\.[a-z]/.test(rest);

const fileTypes = /\.(?:crt|cer|cert|pem|key|ca|json|ya?ml|conf|config|txt|token|jwt|p12)$/i;
const root = /^(?:\/|\.{1,2}\/|~\/|[A-Za-z]:[\\/])/;
/** No credential is as short. */
const shortPath = 12;
/**
 * A path as it may be shown: it says from where it leads, or of what type the file is, and no part of it looks like a credential. A token or
 * a key that stands where a path belongs is none.
 */
export const shownPath = (path: string): string => {
  const isPlain = (root.test(path) || fileTypes.test(path)) && /^[\p{L}\p{N} ._@+~:\\/,()-]*$/u.test(path);
  return path.length <= 255 && (isPlain || path.length <= shortPath) && !looksSecret(path) ? path : `(no path: ${path.length} characters)`;
};

/** A URL, or a text that holds some, without the user name and password that some write into one. */
export const withoutUser = (text: string): string => {
  let result = '';
  let from = 0;
  for (let at = text.indexOf('//'); at !== -1; at = text.indexOf('//', at + 1)) {
    if (at > 0 && !/[a-z0-9+.-]:/i.test(text.slice(Math.max(at - 2, 0), at))) continue;
    url.lastIndex = at + 2;
    const user = endOfUser(url.exec(text)?.[0] ?? '');
    if (user < 0) continue;
    result += text.slice(from, at + 2);
    from = at + 3 + user;
  }
  return result + text.slice(from);
};
/** Bounded, since a text may be full of them; longer than any URL that is written into a kubeconfig. */
const url = /[^\s"]{0,2048}/y;
/** Where the user of a URL ends, behind its scheme; -1 without one. A password with / ? or # in it leaves no port before that, or no path. */
const endOfUser = (rest: string): number => {
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? '';
  const isWhole =
    authority.includes('@') || (/^(?:[^:]*|\[[^\]]*\])(?::\d*)?$/.test(authority) && !/[?#]/.test(rest.charAt(authority.length)));
  return (isWhole ? authority : rest).lastIndexOf('@');
};
