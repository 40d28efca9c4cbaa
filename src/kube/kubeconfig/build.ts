import { stringify } from 'yaml';
import { type Credential, reveal } from '../../base/credential.ts';

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
