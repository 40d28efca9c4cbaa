import { X509Certificate } from 'node:crypto';
import { parseDocument, stringify } from 'yaml';
import { type Credential, credential, reveal } from '../../base/credential.ts';
import { tokenClaims } from '../token-claims.ts';
import type { Stored, StoredAuth, StoredKubeconfig } from './stored.ts';
import { strippedOfUser } from './url.ts';

type Entry = Readonly<Record<string, unknown>>;
const record = (value: unknown): Entry => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Entry) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const broken = (problem: 'unparsable' | 'context-missing' | 'file' | 'invalid', message: string): Stored => ({
  ok: false,
  problem,
  message,
});
const maxSize = 1024 * 1024;

/**
 * A kubeconfig out of a Secret, judged as client-go judges it: the same faults, with the same words.
 * Nothing it names is opened or run. Source: client-go tools/clientcmd client_config.go and validation.go.
 */
export const parseStored = (kubeconfig: string, contextName: string): Stored => {
  if (kubeconfig.length > maxSize) return broken('unparsable', `the kubeconfig is larger than ${maxSize} bytes`);
  const document = parseDocument(kubeconfig, { uniqueKeys: false, logLevel: 'silent' });
  const [problem] = document.errors;
  if (problem !== undefined)
    return broken('unparsable', `yaml: line ${problem.linePos?.[0].line ?? '?'}: the kubeconfig is not valid YAML`);
  let root: unknown;
  try {
    root = document.toJS({ maxAliasCount: 100 });
  } catch {
    return broken('unparsable', 'yaml: document contains excessive aliasing');
  }
  if (root !== null && root !== undefined && (typeof root !== 'object' || Array.isArray(root))) {
    return broken('unparsable', "couldn't get version/kind; json parse error: the kubeconfig is not an object");
  }
  const lists = {
    clusters: named(root, 'clusters', 'cluster'),
    users: named(root, 'users', 'user'),
    contexts: named(root, 'contexts', 'context'),
  };
  for (const [list, { duplicate, malformed }] of Object.entries(lists)) {
    const type = goTypes[list as keyof typeof goTypes];
    if (malformed !== undefined)
      return broken('unparsable', `json: cannot unmarshal ${malformed} into Go struct field Config.${list} of type []v1.Named${type}`);
    // The operator prints the list after it, with the tokens of users.
    if (duplicate !== undefined)
      return broken('unparsable', `error converting *[]Named${type} into *map[string]*api.${type}: duplicate name "${duplicate}" in list`);
  }
  const context = lists.contexts.entries.get(contextName);
  if (context === undefined) {
    return broken(
      'context-missing',
      `invalid configuration: [context was not found for specified context: ${contextName}, cluster has no server defined]`,
    );
  }
  const clusterName = text(context['cluster']);
  const cluster = lists.clusters.entries.get(clusterName);
  if (cluster === undefined) {
    return broken(
      'invalid',
      'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable',
    );
  }
  const userName = text(context['user']);
  const user = lists.users.entries.get(userName);
  const odd = mistyped(cluster, 'Cluster.clusters.cluster', clusterTexts) ?? mistyped(user ?? {}, 'AuthInfo.users.user', userTexts);
  if (odd !== undefined) return broken('unparsable', odd);
  const written = text(cluster['server']);
  if (written === '') return broken('invalid', `invalid configuration: no server found for cluster "${clusterName}"`);
  const server = withScheme(written, cluster, user ?? {});
  if (hasOddUser(server))
    return broken('invalid', `${atDefaults}: parse ${JSON.stringify(strippedOfUser(server))}: net/url: invalid userinfo`);
  if (!URL.canParse(server) || !/^https?:\/\//.test(server))
    return broken('invalid', `${atDefaults}: host must be a URL or a host:port pair: ${JSON.stringify(strippedOfUser(written))}`);
  return judge(clusterName, cluster, server, userName, user);
};
const clusterTexts = ['server', 'certificate-authority', 'certificate-authority-data', 'tls-server-name', 'proxy-url'];
const userTexts = [
  'token',
  'tokenFile',
  'username',
  'password',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
];
/** A number or a list where a text belongs ends the decoding; the value itself is not quoted, it may be a secret. */
const mistyped = (entry: Entry, path: string, fields: readonly string[]): string | undefined => {
  const field = fields.find(name => entry[name] !== undefined && entry[name] !== null && typeof entry[name] !== 'string');
  return field === undefined
    ? undefined
    : `json: cannot unmarshal ${jsonType(entry[field])} into Go struct field ${path}.${field} of type string`;
};
/** A value's type as encoding/json names it. */
const jsonType = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value);
/** What a fault is wrapped in that the kubeconfig's own validation lets pass; controller-runtime pkg/cluster/cluster.go New. */
const atDefaults = 'failed setting cluster default options';
/** A bare `host:port` is https when anything of TLS is set, and http otherwise; client-go rest/url_utils.go. */
const withScheme = (server: string, cluster: Entry, user: Entry): string => {
  if (server.includes('://')) return server;
  const certificates = [
    cluster['certificate-authority'],
    cluster['certificate-authority-data'],
    user['client-certificate'],
    user['client-certificate-data'],
  ];
  const tls = cluster['insecure-skip-tls-verify'] === true || certificates.some(value => text(value) !== '');
  return `${tls ? 'https' : 'http'}://${server}`;
};
/** A user name or password in a URL that Go's net/url refuses and Node takes; url.go validUserinfo. */
const hasOddUser = (url: string): boolean => !/^[\w.:~!$&'()*+,;=%@-]*$/.test(/^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@/i.exec(url)?.[1] ?? '');
/** client-go clientcmd/validation.go parseProxyURL. */
const proxyFault = (clusterName: string, proxyUrl: string): string | undefined => {
  if (proxyUrl === '') return undefined;
  const shown = strippedOfUser(proxyUrl);
  const fault =
    hasOddUser(proxyUrl) || !URL.canParse(proxyUrl)
      ? `could not parse: ${shown}`
      : /^(https?|socks5):/.test(proxyUrl)
        ? undefined
        : `unsupported scheme "${new URL(proxyUrl).protocol.slice(0, -1)}", must be http, https, or socks5`;
  return fault === undefined ? undefined : `invalid configuration: invalid 'proxy-url' "${shown}" for cluster "${clusterName}": ${fault}`;
};
/** What client-go wants to know of an exec plugin before it would run one; clientcmd/validation.go validateAuthInfo. */
const execFault = (userName: string, plugin: unknown): string | undefined => {
  if (plugin === undefined || plugin === null) return undefined;
  const { command, apiVersion, interactiveMode } = record(plugin);
  const version = text(apiVersion);
  const lacking = [
    ...(text(command) === '' ? ['command'] : []),
    ...(version === '' ? ['apiVersion'] : []),
    // The versions before v1 have a default for it.
    ...(text(interactiveMode) === '' && !/\/v1(alpha|beta)\d$/.test(version) ? ['interactiveMode'] : []),
  ].map(field => `${field} must be specified for ${userName} to use exec authentication plugin`);
  if (lacking.length === 0) return undefined;
  return `invalid configuration: ${lacking.length === 1 ? lacking[0] : `[${lacking.join(', ')}]`}`;
};
const goTypes = { clusters: 'Cluster', users: 'AuthInfo', contexts: 'Context' } as const;
const named = (
  root: unknown,
  list: string,
  inner: string,
): { entries: Map<string, Entry>; duplicate: string | undefined; malformed: string | undefined } => {
  const value = record(root)[list];
  const entries = new Map<string, Entry>();
  let duplicate: string | undefined;
  for (const item of Array.isArray(value) ? value.map(record) : []) {
    const name = text(item['name']);
    if (entries.has(name)) duplicate ??= name;
    entries.set(name, record(item[inner]));
  }
  const listed = value === null || value === undefined || Array.isArray(value);
  return { entries, duplicate, malformed: listed ? undefined : jsonType(value) };
};

const judge = (clusterName: string, cluster: Entry, server: string, userName: string, user: Entry | undefined): Stored => {
  const insecure = cluster['insecure-skip-tls-verify'] === true;
  const caFile = text(cluster['certificate-authority']);
  const caData = decode(cluster['certificate-authority-data']);
  if (
    caData === undefined ||
    (user !== undefined && ['client-certificate-data', 'client-key-data'].some(key => decode(user[key]) === undefined))
  ) {
    return broken('unparsable', 'illegal base64 data in the kubeconfig');
  }
  if (caFile !== '' && caData === '') {
    return broken(
      'file',
      `invalid configuration: unable to read certificate-authority ${caFile} for ${clusterName} due to open ${caFile}: no such file or directory`,
    );
  }
  const misdirected = proxyFault(clusterName, text(cluster['proxy-url']));
  if (misdirected !== undefined) return broken('invalid', misdirected);
  const unrunnable = execFault(userName, user?.['exec']);
  if (unrunnable !== undefined) return broken('invalid', unrunnable);
  if (caData !== '' && insecure)
    return broken('invalid', `${atDefaults}: specifying a root certificates file with the insecure flag is not allowed`);
  if (caData !== '' && !certificates(caData))
    return broken('invalid', `${atDefaults}: unable to load root certificates: unable to parse bytes as PEM block`);
  const auth: StoredAuth[] = [];
  const entry = user ?? {};
  const token = text(entry['token']);
  const tokenFile = text(entry['tokenFile']);
  const basic = text(entry['username']) !== '' || text(entry['password']) !== '';
  const certificate = decode(entry['client-certificate-data']) ?? '';
  const key = decode(entry['client-key-data']) ?? '';
  const certificateFile = text(entry['client-certificate']);
  if (token !== '') auth.push('token');
  if (tokenFile !== '') auth.push('token-file');
  if (basic) auth.push('basic');
  if (entry['exec'] !== undefined && entry['exec'] !== null) auth.push('exec');
  if (entry['auth-provider'] !== undefined && entry['auth-provider'] !== null) auth.push('auth-provider');
  if (certificate !== '') auth.push('client-certificate');
  else if (certificateFile !== '') auth.push('client-certificate-file');
  if ((token !== '' || tokenFile !== '') && basic) {
    return broken(
      'invalid',
      `invalid configuration: more than one authentication method found for ${userName}; found [token basicAuth], only one is allowed`,
    );
  }
  if (auth.includes('exec') && auth.includes('auth-provider')) {
    return broken('invalid', `invalid configuration: authProvider cannot be provided in combination with an exec plugin for ${userName}`);
  }
  const keyFile = text(entry['client-key']);
  if (certificateFile !== '' && certificate === '') {
    const unread = [['client-cert', certificateFile], ...(keyFile !== '' && key === '' ? [['client-key', keyFile]] : [])].map(
      ([what, file]) => `unable to read ${what} ${file} for ${userName} due to open ${file}: no such file or directory`,
    );
    return broken('file', `invalid configuration: ${unread.length === 1 ? unread[0] : `[${unread.join(', ')}]`}`);
  }
  if (key === '' && keyFile !== '') {
    return broken(
      'file',
      `invalid configuration: unable to read client-key ${keyFile} for ${userName} due to open ${keyFile}: no such file or directory`,
    );
  }
  if (certificate !== '' && key === '') {
    return broken(
      'invalid',
      `invalid configuration: client-key-data or client-key must be specified for ${userName} to use the clientCert authentication method.`,
    );
  }
  if (tokenFile !== '' && token === '') return broken('file', `open ${tokenFile}: no such file or directory`);
  const claims = token === '' ? undefined : tokenClaims(token);
  const tlsServerName = text(cluster['tls-server-name']);
  const proxyUrl = text(cluster['proxy-url']);
  const value: StoredKubeconfig = {
    server: server.replace(/\/+$/, ''),
    insecure,
    auth,
    userMissing: user === undefined,
    ...(caData === '' ? {} : { caPem: caData }),
    ...(tlsServerName === '' ? {} : { tlsServerName }),
    ...(proxyUrl === '' ? {} : { proxyUrl }),
    ...(token === '' ? {} : { token: credential(token) }),
    ...(certificate === '' ? {} : { clientCertificatePem: certificate }),
    ...ends('caNotAfter', caData, all => Math.max(...all)),
    ...ends('clientCertificateNotAfter', certificate, ([first = Number.NaN]) => first),
    ...(key === '' ? {} : { clientKey: credential(key) }),
    ...(claims === undefined ? {} : { claims }),
    ...impersonationOf(entry),
  };
  return { ok: true, value };
};
/** Sent only together with a user name, as client-go does; the kubeconfig with the others alone does not load. */
const impersonationOf = (entry: Entry): Pick<StoredKubeconfig, 'impersonation'> => {
  const user = text(entry['as']);
  if (user === '') return {};
  const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter(one => typeof one === 'string') : []);
  const uid = text(entry['as-uid']);
  const extra = Object.fromEntries(Object.entries(record(entry['as-user-extra'])).map(([key, values]) => [key, texts(values)]));
  return { impersonation: { user, ...(uid === '' ? {} : { uid }), groups: texts(entry['as-groups']), extra } };
};
const pem = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
/** When certificates end, as one field; none for what is no certificate. */
const ends = <K extends string>(field: K, bundle: string, choose: (all: readonly number[]) => number): { readonly [P in K]?: number } => {
  try {
    const notAfter = choose([...bundle.matchAll(pem)].map(([one]) => new X509Certificate(one).validToDate.getTime()));
    return Number.isFinite(notAfter) ? ({ [field]: notAfter } as { readonly [P in K]: number }) : {};
  } catch {
    return {};
  }
};
/** Decoded base64, '' for none, `undefined` for what is not base64. */
const decode = (value: unknown): string | undefined => {
  if (value === undefined || value === null || value === '') return '';
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value)) return undefined;
  return Buffer.from(value, 'base64').toString('utf8');
};
const certificates = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
};

/** The kubeconfig that goes into the Secret: one cluster, user and context, all named for the context. */
export const buildStored = ({
  contextName,
  alias,
  server,
  caPem,
  tlsServerName,
  proxyUrl,
  insecure,
  token,
}: {
  readonly contextName: string;
  /** a second name for the same context, while it is being renamed */
  readonly alias?: string | undefined;
  readonly server: string;
  readonly caPem?: string | undefined;
  readonly tlsServerName?: string | undefined;
  readonly proxyUrl?: string | undefined;
  readonly insecure?: boolean | undefined;
  readonly token: Credential;
}): string =>
  stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: contextName,
          cluster: {
            server,
            ...(caPem === undefined ? {} : { 'certificate-authority-data': Buffer.from(caPem).toString('base64') }),
            ...(tlsServerName === undefined ? {} : { 'tls-server-name': tlsServerName }),
            ...(proxyUrl === undefined ? {} : { 'proxy-url': proxyUrl }),
            ...(insecure === true ? { 'insecure-skip-tls-verify': true } : {}),
          },
        },
      ],
      users: [{ name: contextName, user: { token: reveal(token) } }],
      contexts: [contextName, ...(alias === undefined || alias === contextName ? [] : [alias])].map(name => ({
        name,
        context: { cluster: contextName, user: contextName },
      })),
      'current-context': contextName,
    },
    { lineWidth: 0 },
  );
