/** What a line of the operator's log means: the finding codes that explain it, the likeliest first; none for what is no fault. */
export interface LogLine {
  /** parts of the line, in the words of any release; one of them is enough */
  readonly texts: readonly string[];
  readonly codes: readonly string[];
  /** in one sentence, without the codes */
  readonly meaning: string;
}

/** What ends the operator only after CacheSyncTimeout; controller-runtime pkg/controller/controller.go. */
const syncTimeouts = [
  'KC302',
  'KC303',
  'KC304',
  'KC305',
  'KC306',
  'KC307',
  'KC301',
  'KC401',
  'KC403',
  'KC405',
  'KC501',
  'KC502',
  'KC208',
  'KC209',
];

/** The more telling texts stand first: the first row that fits a line explains it. Messages of operator main.go and clientcache/cache.go, client-go and Go's crypto/x509. */
export const logLines: readonly LogLine[] = [
  {
    texts: ['no matches for kind "ClientConfig"'],
    codes: ['KC605'],
    meaning: 'the control plane does not serve the ClientConfig CRD',
  },
  {
    texts: [
      'unable to load image config from ConfigMap',
      'no ConfigMap with label',
      'image_config.yaml',
      'image config:',
      'unable to setup image registry',
    ],
    codes: ['KC606'],
    meaning:
      'the ConfigMap with the image configuration, which the operator reads since 1.27 and needs since 1.31, is missing or not usable',
  },
  {
    texts: ['No known client for context-name', 'unable to find k8sContext'],
    codes: ['KC101', 'KC103'],
    meaning: 'a K8ssandraCluster, its status, a ReplicatedSecret or a task names a context that no ClientConfig provides',
  },
  {
    texts: ['because of unknown namespace for the cache', 'unknown namespace for the cache'],
    codes: ['KC506'],
    meaning: 'a datacenter lies in a namespace that the control plane does not watch',
  },
  {
    texts: [
      'is missing hash annotations, shutting down',
      'has been modified, shutting down',
      'was deleted, shutting down',
      'shutting down the operator',
    ],
    codes: [],
    meaning:
      'a normal reload: a ClientConfig or its Secret was created, changed or deleted, and the operator restarts to read it (exit code 0)',
  },
  {
    texts: ['User "system:anonymous"'],
    codes: ['KC208', 'KC209'],
    meaning: 'the operator reached that API server without a credential',
  },
  {
    texts: ['is forbidden: User "', 'is forbidden'],
    codes: ['KC501', 'KC402'],
    meaning: 'the stored credential lacks a right that the operator uses',
  },
  {
    texts: ['resource name may not be empty', 'secrets "'],
    codes: ['KC201'],
    meaning: 'the Secret that a ClientConfig names does not exist, or the ClientConfig names none',
  },
  {
    texts: ['unable to read certificate-authority', 'unable to read client-cert', 'unable to read client-key', 'no such file or directory'],
    codes: ['KC205'],
    meaning: 'a stored kubeconfig points to a file that does not exist in the pod of the operator',
  },
  {
    texts: ['exec: executable', 'getting credentials', 'auth plugin has been removed', 'no Auth Provider found', 'exec plugin:'],
    codes: ['KC204'],
    meaning: 'a stored kubeconfig needs a login plugin, and the image of the operator holds none',
  },
  {
    texts: [
      'secret is missing required kubeconfig property',
      'context was not found for specified context',
      'no server found for cluster',
      'cluster has no server defined',
      'no configuration has been provided',
      'invalid configuration',
      'duplicate name',
      "couldn't get version/kind",
      'error converting YAML to JSON',
      'yaml: ',
      'is registered for version',
      'json: cannot unmarshal',
      'illegal base64 data',
      'unable to load root certificates',
      'specifying a root certificates file with the insecure flag is not allowed',
      'more than one authentication method',
      'are both specified',
      'find any PEM data',
      'failed to parse private key',
      'private key does not match public key',
      'invalid control character in URL',
      'host must be a URL or a host:port pair',
      'requesting uid, groups or user-extra without impersonating a user is not allowed',
    ],
    codes: ['KC202'],
    meaning: 'the kubeconfig in the Secret of a ClientConfig does not load, or lacks the context',
  },
  {
    texts: ['certificate signed by unknown authority', 'certificate is not trusted'],
    codes: ['KC304', 'KC309'],
    meaning: 'the stored CA has not signed the certificate that the API server shows',
  },
  {
    texts: [
      'x509: certificate is valid for',
      'x509: certificate is not valid for any names',
      "doesn't contain any IP SANs",
      'relies on legacy Common Name field',
      'cannot validate certificate for',
    ],
    codes: ['KC305'],
    meaning: 'the certificate of the API server is not for the stored address',
  },
  {
    texts: ['certificate has expired or is not yet valid'],
    codes: ['KC306', 'KC702'],
    meaning: 'the certificate of the API server has expired, or a clock is wrong',
  },
  {
    texts: ['incompatible key usage', 'not authorized to sign other certificates', 'insecure algorithm', 'x509: '],
    codes: ['KC306'],
    meaning: 'the certificate that the API server shows, or its chain, is one that Go does not accept',
  },
  {
    texts: ['no such host', 'server misbehaving', 'name resolution', 'dial tcp: lookup '],
    codes: ['KC301'],
    meaning: 'the name of the API server does not resolve from the pod of the operator',
  },
  {
    texts: ['connection refused', 'no route to host', 'network is unreachable', 'host is down'],
    codes: ['KC302', 'KC203', 'KC308'],
    meaning: 'nothing accepts connections at the stored address, as the pod of the operator sees it',
  },
  {
    texts: [
      'i/o timeout',
      'connection timed out',
      'operation timed out',
      'Client.Timeout exceeded',
      'TLS handshake timeout',
      'context deadline exceeded',
      'client connection lost',
    ],
    codes: ['KC303', 'KC308'],
    meaning: 'the API server does not answer in time; often a firewall between the clusters',
  },
  {
    texts: [
      'server gave HTTP response to HTTPS client',
      'does not look like a TLS handshake',
      'proxyconnect',
      'socks connect',
      'connection reset by peer',
      'tls: ',
      ': EOF',
      'unexpected EOF',
    ],
    codes: ['KC307'],
    meaning: 'the TLS handshake with the API server, or a proxy on the way to it, fails',
  },
  {
    texts: ['Unauthorized', 'the server has asked for the client to provide credentials'],
    codes: ['KC401', 'KC403'],
    meaning: 'the API server does not accept the stored token',
  },
  {
    texts: ['if kind is a CRD, it should be installed', 'no matches for kind "', 'the server could not find the requested resource'],
    codes: ['KC502'],
    meaning: 'a data plane does not serve a kind that the operator watches there',
  },
  {
    texts: [
      'timed out waiting for cache to be synced',
      'failed to wait for',
      'failed to get informer from cache',
      'problem running manager',
    ],
    codes: syncTimeouts,
    meaning: 'a data plane did not answer the first watch within two minutes; the line does not say which one, nor why',
  },
  {
    texts: ['the object has been modified; please apply your changes to the latest version'],
    codes: ['KC608'],
    meaning:
      'somebody else wrote a ClientConfig while the operator started; it heals by itself unless two control planes read the same ClientConfigs',
  },
  {
    texts: ['failed calling webhook'],
    codes: ['KC601'],
    meaning: 'the API server could not reach the operator: it is down, or restarts',
  },
  {
    texts: ['Waiting for replication to complete'],
    codes: ['KC101', 'KC110'],
    meaning: 'a datacenter waits until its Secrets are copied to its cluster',
  },
];

/** A quoted line as a log holds it: the operator writes JSON, in which quotes are escaped. */
const plain = (line: string): string => line.replaceAll('\\"', '"').toLowerCase();

/** The row that explains a line, or the text of one; `undefined` when no row knows it. */
export const explainLine = (line: string): LogLine | undefined => {
  const lineText = plain(line);
  return logLines.find(({ texts }) => texts.some(text => lineText.includes(text.toLowerCase())));
};
