/** Whether two URLs lead to one server: a default port, a trailing slash and letters of the host make no difference. */
export const sameServer = (one: string, other: string): boolean =>
  [one, other].every(server => URL.canParse(server)) && new URL(one).href.replace(/\/+$/, '') === new URL(other).href.replace(/\/+$/, '');
/** Addresses that mean something else inside the operator's pod than on the machine that wrote them. */
export const unroutable = (server: string): string | undefined => {
  const host = new URL(server).hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (/^127(\.\d+){3}$/.test(host) || host === '::1' || host === 'localhost' || host.endsWith('.localhost'))
    return "a loopback address, which in the operator's pod is the pod itself";
  if (host === '0.0.0.0' || host === '::') return 'the unspecified address, which reaches nothing';
  if (host === 'host.docker.internal' || host === 'kubernetes.docker.internal' || host.endsWith('.minikube.internal'))
    return 'a name that only this machine knows';
  if (/^169\.254(\.\d+){2}$/.test(host) || host.startsWith('fe80:')) return 'a link-local address, which no other network reaches';
  return undefined;
};

/** A URL, or a text that holds some, without the user name and password that some write into one. */
export const withoutUser = (text: string): string => text.replace(/((?:^|[a-z][a-z0-9+.-]*:)\/\/)[^/?#\s]*@/gi, '$1');
/** A value that should have been a URL, without what stands before its last @: any of it may be a password. */
export const strippedOfUser = (value: string): string => value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1');
