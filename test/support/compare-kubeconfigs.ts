import { createHash } from 'node:crypto';
import { parseUrl, urlText } from '../../src/kube/golang/url.ts';
import { evaluate } from '../../src/kube/kubeconfig/evaluate.ts';
import { filesOf } from '../../src/kube/kubeconfig/pod-files.ts';
import type { Surroundings } from '../../src/kube/kubeconfig/validate.ts';
import { inItsWords, releaseOf } from '../../src/operator/releases.ts';
import { type Oracle, oldestOracle, oracle } from './oracle.ts';

export interface KubeconfigCase {
  readonly name: string;
  readonly context: string;
  readonly kubeconfig: Uint8Array;
}
/** What the operator ends up with, or where client-go stops; the same fields from both sides. */
type Outcome = Readonly<Record<string, unknown>>;
export interface Difference {
  readonly name: string;
  readonly go: Outcome;
  readonly ours: Outcome;
}

/** The rules of the releases in test/oracle/go.mod and oldest.mod, in a pod without files: the oracle has none either. */
export const newestOperator: Surroundings = { files: filesOf([]), urls: { strictColons: true } };
const oldestOperator: Surroundings = { files: filesOf([]), urls: { strictColons: false } };

/** What we make of kubeconfigs beside what client-go does: every case on which the two are not of one mind. */
export const compareKubeconfigs = (cases: readonly KubeconfigCase[]): Promise<readonly Difference[]> =>
  compare(cases, oracle, newestOperator);
/** The same beside the oldest operator, in the words of its release. */
export const compareWithOldest = (cases: readonly KubeconfigCase[]): Promise<readonly Difference[]> =>
  compare(cases, oldestOracle, oldestOperator, message => inItsWords(releaseOf('v1.10.3'), message));
const compare = async (
  cases: readonly KubeconfigCase[],
  ask: Oracle,
  rules: Surroundings,
  words = (message: string): string => message,
): Promise<readonly Difference[]> => {
  const answers = await ask<Outcome>(
    cases.map(({ kubeconfig, context }) => ({ ask: 'operator', kubeconfig: Buffer.from(kubeconfig).toString('base64'), context })),
  );
  return cases.flatMap(({ name, kubeconfig, context }, index) => {
    const hasLogin = kubeconfig.includes(0x40);
    const [go, ours] = [comparable(answers[index] ?? {}, hasLogin), comparable(outcome(kubeconfig, context, rules, words), hasLogin)];
    return JSON.stringify(go) === JSON.stringify(ours) || saysTheSame(go, ours) ? [] : [{ name, go, ours }];
  });
};

const fingerprint = (value: Uint8Array): string =>
  value.length === 0 ? '' : createHash('sha256').update(value).digest('hex').slice(0, 12);
const outcome = (kubeconfig: Uint8Array, context: string, rules: Surroundings, words: (message: string) => string): Outcome => {
  const evaluated = evaluate(kubeconfig, context, rules);
  if (evaluated.stage !== 'ok') return { stage: evaluated.stage, message: words(evaluated.message).split('\n')[0] };
  const { client, url } = evaluated;
  const { cluster, user, isTls } = client;
  const secret = <T>(value: T, none: T): T => (isTls ? value : none);
  const proxy = cluster.proxyUrl === '' ? undefined : parseUrl(cluster.proxyUrl, rules.urls);
  const hasCertificate = user.clientCertificate !== '' || user.clientCertificateData.length > 0;
  const none = new Uint8Array();
  return {
    stage: 'ok',
    url: urlText(url),
    token: fingerprint(Buffer.from(secret(user.token, ''))),
    tokenFile: secret(user.tokenFile, ''),
    username: secret(user.username, ''),
    password: fingerprint(Buffer.from(secret(user.password, ''))),
    ca: fingerprint(secret(cluster.certificateAuthorityData, none)),
    cert: fingerprint(secret(hasCertificate ? user.clientCertificateData : none, none)),
    key: fingerprint(secret(hasCertificate ? user.clientKeyData : none, none)),
    serverName: secret(cluster.tlsServerName, ''),
    insecure: secret(cluster.insecureSkipTlsVerify, false),
    proxy: proxy?.ok === true ? urlText(proxy.url) : '',
    as: user.as,
    asUid: user.as === '' ? '' : user.asUid,
    asGroups: user.as === '' ? [] : user.asGroups,
    asExtra: user.as === '' ? {} : Object.fromEntries([...user.asUserExtra].sort(([one], [other]) => (one < other ? -1 : 1))),
    exec: secret(user.exec?.command ?? '', ''),
    authProvider: secret(user.authProvider?.name ?? '', ''),
    disableCompression: cluster.disableCompression,
  };
};

/** What stands for a text that is not shown, since it may be a secret; client-go shows it. */
const unshown = /\((?:not shown|no path): \d+ characters\)|(?<=")\.\.\.(?=")|(?<=:\/\/)(?=")/;
/** Both stop at one stage, with one message but for what is not shown. */
const saysTheSame = (go: Outcome, ours: Outcome): boolean => {
  const [theirs, own] = [go['message'], ours['message']];
  if (go['stage'] !== ours['stage'] || typeof theirs !== 'string' || typeof own !== 'string' || !unshown.test(own)) return false;
  return new RegExp(`^${own.split(new RegExp(unshown, 'g')).map(RegExp.escape).join('.*')}$`, 's').test(theirs);
};

/** Both sides in one form: absent lists as empty ones, and messages without what we leave out of them because it may be a secret. */
const comparable = ({ message, asGroups, asExtra, ...rest }: Outcome, hasLogin: boolean): Outcome =>
  typeof message === 'string'
    ? { ...rest, message: withoutContents(message, hasLogin) }
    : { ...rest, asGroups: asGroups ?? [], asExtra: withLists(asExtra) };
const withLists = (extra: unknown): Outcome =>
  Object.fromEntries(Object.entries((extra ?? {}) as Record<string, unknown>).map(([key, values]) => [key, values ?? []]));

/** A message of client-go without what we leave out of it; `hasLogin` when an address in it may hold one. */
export const withoutContents = (message: string, hasLogin: boolean): string =>
  cuts
    .reduce((text, cut) => text.replace(cut, '$1'), message)
    .replace(/"(?:\\.|[^"\\])*"/g, quoted => quoted.replace(/^("(?:[a-z][a-z0-9+.-]*:\/\/)?).*@/i, '$1').replace(/[?#].*"$/s, '"'))
    .replace(/(?<=parse ").*(?=": )|(?<=invalid (?:port|URL escape|character) ").*?(?=")/gs, text => (hasLogin ? '' : text));
const cuts: readonly RegExp[] = [
  // the list with its tokens
  /(duplicate name ".*" in list)(?:: .*)?$/s,
  // the whole kubeconfig
  /(is missing in )(?:'.*|the kubeconfig)$/s,
  // the proxy's URL once more, not quoted
  /(could not parse: ).*?(?=, (?:unable to read|certificate-authority-data and) |$)/s,
  // a scalar, a key
  /(cannot decode !!\w+).*$/s,
  /(invalid map key: ).*$/s,
  /([uU]nsupported map key of type: .*, key: .*?), value: .*$/s,
];
