import { kubectl, type Sentence, sentence } from './advice.ts';
import type { ExitCode } from './errors.ts';

interface Consequence {
  /** of a command that cannot go on without it: 3 where the same command may get it another time, 4 where something must be done first */
  readonly exit: ExitCode & (3 | 4);
  /** what to do about it, given the kubeconfig context that was asked */
  readonly cure: (context: string) => Sentence;
}
const again = 'wait a moment, then run this again';
const look = (context: string): Sentence => sentence`check that ${kubectl(context, 'version')} answers`;
/** Why something could not be read. Each is a different fact and none of them means "absent". */
export const unreads = {
  unauthorized: { exit: 4, cure: context => `log in to the cluster of ${context} again` },
  forbidden: { exit: 3, cure: () => 'use a context whose user has this right, or ask for it' },
  throttled: { exit: 3, cure: () => again },
  unavailable: { exit: 3, cure: () => again },
  'not-an-api': { exit: 3, cure: context => `correct the server of ${context} in the kubeconfig, or what stands in front of it` },
  malformed: { exit: 3, cure: context => sentence`look at what ${kubectl(context, 'get', '--raw', '/version')} gets from there` },
  unreachable: { exit: 3, cure: look },
  'timed-out': { exit: 3, cure: look },
  'this-machine': { exit: 3, cure: () => 'free connections or open files of this machine (ulimit -n), then run this again' },
  'not-installed': { exit: 4, cure: () => 'install the K8ssandra Operator and its CRDs there first' },
  skipped: { exit: 3, cure: look },
  interrupted: { exit: 3, cure: () => 'run this again' },
  failed: { exit: 3, cure: look },
} as const satisfies Readonly<Record<string, Consequence>>;
/** Why something could not be read. */
export type Unreadable = keyof typeof unreads;
/** The same for people: `timed out`, `not installed`. */
export const unreadWords = (reason: Unreadable): string => reason.replaceAll('-', ' ');

interface Meaning {
  /** what happened, of one server */
  readonly one: string;
  /** the same of several */
  readonly several: string;
  readonly unread: Unreadable;
  /** whether it is the fault of what was dialled or asked; else no more than unknown */
  readonly fault: boolean;
}
const broken = (one: string, several: string): Meaning => ({ one, several, unread: 'unreachable', fault: true });
const unclear = (unread: Unreadable, one: string, several: string): Meaning => ({ one, several, unread, fault: false });

/** What can come of a request instead of its answer, and what that means: the one table for words, verdicts and, by what is unread, exit codes. */
export const causes = {
  dns: broken('the name does not resolve', 'the names of their servers do not resolve'),
  refused: broken('the connection is refused', 'the connections are refused'),
  reset: broken('the connection broke', 'the connections broke'),
  timeout: { ...broken('no answer in time', 'their servers do not answer in time'), unread: 'timed-out' },
  deadline: unclear('timed-out', 'the deadline of the run passed first', 'the deadline of the run passed first'),
  proxy: broken('the proxy refuses', 'the proxies refuse'),
  'not-tls': broken('the port does not speak TLS', 'the ports do not speak TLS'),
  'unknown-ca': broken('the served certificate is not signed by the given CA', 'the served certificates are not signed by the stored CAs'),
  'san-mismatch': broken('the served certificate is not for this name', 'the served certificates are not for the names of the servers'),
  'certificate-expired': broken(
    'the served certificate has expired or is not valid yet',
    'the served certificates have expired or are not valid yet',
  ),
  'certificate-usage': broken('the served certificate is not for a server', 'the served certificates are not for servers'),
  'certificate-authority': broken(
    'the chain of the served certificate breaks the limits of one of its CAs',
    'the chains of the served certificates break the limits of one of their CAs',
  ),
  'certificate-weak': broken(
    'the served certificate or its chain has a weak key or signature',
    'the served certificates or their chains have weak keys or signatures',
  ),
  'certificate-malformed': broken('the served certificate cannot be decoded', 'the served certificates cannot be decoded'),
  'client-certificate': broken('the server does not accept the client certificate', 'the servers do not accept the client certificates'),
  'tls-version': broken(
    'the server speaks no version of TLS that is still accepted',
    'the servers speak no version of TLS that is still accepted',
  ),
  tls: broken('the TLS handshake failed', 'the TLS handshakes failed'),
  'this-machine': unclear('this-machine', 'this machine cannot connect', 'this machine cannot connect'),
  unsendable: {
    one: 'the credential cannot be sent',
    several: 'the credentials cannot be sent',
    unread: 'unauthorized',
    fault: true,
  },
  unauthorized: {
    one: 'the API does not accept the credential',
    several: 'the APIs do not accept the credentials',
    unread: 'unauthorized',
    fault: true,
  },
  forbidden: { ...unclear('forbidden', 'the credential lacks the right', 'the credentials lack the right'), fault: true },
  throttled: unclear('throttled', 'the API has too much to do', 'the APIs have too much to do'),
  unavailable: unclear('unavailable', 'the API is not able to answer', 'the APIs are not able to answer'),
  'not-an-api': {
    one: 'what answers there is no Kubernetes API',
    several: 'what answers there are no Kubernetes APIs',
    unread: 'not-an-api',
    fault: true,
  },
  malformed: unclear('malformed', 'the answer is malformed', 'the answers are malformed'),
  http: unclear('failed', 'the API refuses', 'the APIs refuse'),
  stored: { ...broken('the stored kubeconfig is not usable', 'the stored kubeconfigs are not usable'), unread: 'skipped' },
} as const satisfies Readonly<Record<string, Meaning>>;
/** Why a request got no usable answer, as finely as the network and the API let it be told. */
export type Cause = keyof typeof causes;
