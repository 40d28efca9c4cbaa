import { request } from 'node:https';
import { text } from '../api/json.ts';
import type { Loaded } from './kubeconfig.ts';

/** What every remote client watches from the start; OP: SetupWithManager of the controllers. */
const watched = [
  ['/apis/cassandra.datastax.com/v1beta1', 'cassandradatacenters', '*v1beta1.CassandraDatacenter'],
  ['/apis/stargate.k8ssandra.io/v1alpha1', 'stargates', '*v1alpha1.Stargate'],
  ['/apis/reaper.k8ssandra.io/v1alpha1', 'reapers', '*v1alpha1.Reaper'],
  ['/api/v1', 'configmaps', '*v1.ConfigMap'],
  ['/api/v1', 'secrets', '*v1.Secret'],
  ['/apis/control.k8ssandra.io/v1alpha1', 'cassandratasks', '*v1alpha1.CassandraTask'],
] as const;

export interface Remotes {
  /** Lists what is watched in each namespace; the first kind that cannot be had, with client-go's words, or `undefined`. */
  readonly sync: (loaded: Loaded, namespaces: readonly string[] | 'all') => Promise<{ kind: string; error: string } | undefined>;
  /** `rest_client_requests_total` in Prometheus' text format */
  readonly metrics: () => string;
}

/** The operator's clients of the data planes, and what they count; client-go counts by code, host and method. */
export const makeRemotes = (): Remotes => {
  const counts = new Map<string, number>();
  const count = (code: string, host: string): void => {
    const key = `rest_client_requests_total{code="${code}",host="${host}",method="GET"}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  return {
    sync: async (loaded, namespaces) => {
      if (loaded.fault !== undefined) return undefined;
      const host = loaded.server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
      for (const [base, plural, kind] of watched)
        for (const namespace of namespaces === 'all' ? [undefined] : namespaces) {
          const path = `${base}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}?limit=500`;
          const answer = await get(loaded, path);
          count(typeof answer === 'number' ? String(answer) : '<error>', host);
          if (answer !== 200) return { kind, error: wordsOf(answer, `${loaded.server}${path}`, plural) };
        }
      return undefined;
    },
    metrics: () => `# TYPE rest_client_requests_total counter\n${[...counts].map(([series, value]) => `${series} ${value}\n`).join('')}`,
  };
};

const wordsOf = (answer: number | Error, url: string, plural: string): string =>
  typeof answer !== 'number'
    ? `Get "${url}": ${answer.message}`
    : answer === 401
      ? 'Unauthorized'
      : answer === 403
        ? `${plural} is forbidden`
        : answer === 404
          ? 'the server could not find the requested resource'
          : `an error on the server has prevented the request from succeeding (get ${plural})`;

/** The status, or why there was none. A server that is http gets no credential, as client-go has it. */
const get = (loaded: Loaded & { readonly fault: undefined }, path: string): Promise<number | Error> =>
  new Promise(done => {
    const { cluster, user, server } = loaded;
    const decoded = (value: unknown): string => Buffer.from(text(value), 'base64').toString();
    const ca = decoded(cluster['certificate-authority-data']);
    const cert = decoded(user['client-certificate-data']);
    const token = text(user['token']);
    if (!server.startsWith('https://')) return done(new Error('dial tcp: connect: connection refused'));
    const asked = request(
      `${server.replace(/\/+$/, '')}${path}`,
      {
        agent: false,
        timeout: 10_000,
        ...(ca === '' ? {} : { ca }),
        ...(cert === '' ? {} : { cert, key: decoded(user['client-key-data']) }),
        ...(text(cluster['tls-server-name']) === '' ? {} : { servername: text(cluster['tls-server-name']) }),
        rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
        headers: { Accept: 'application/json', ...(token === '' ? {} : { Authorization: `Bearer ${token}` }) },
      },
      incoming => {
        incoming.resume().on('error', () => undefined);
        incoming.on('close', () => done(incoming.statusCode ?? 0));
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('context deadline exceeded')));
    asked.on('error', (error: NodeJS.ErrnoException) => done(new Error(goWords(error))));
    asked.end();
  });
const goWords = ({ code = '', message }: NodeJS.ErrnoException): string =>
  code === 'ECONNREFUSED'
    ? 'dial tcp: connect: connection refused'
    : code === 'ENOTFOUND'
      ? 'dial tcp: lookup: no such host'
      : /CERT|SIGNATURE|ISSUER/.test(code)
        ? 'tls: failed to verify certificate: x509: certificate signed by unknown authority'
        : message;
