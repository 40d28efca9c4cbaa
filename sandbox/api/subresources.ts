import { record } from './json.ts';
import type { Target } from './objects.ts';
import { failure, invalid, notFound, type Reply } from './reply.ts';
import { type Stored, timestamp } from './store.ts';
import { issuer, type Tokens } from './tokens.ts';

/** TokenRequest: a token of an account that ends. */
export const requestToken = (tokens: Tokens, { kind, name, namespace = '', body, store }: Target, account: Stored): Reply => {
  const { expirationSeconds = 3600, boundObjectRef = null } = record(body['spec']);
  const seconds = Number(expirationSeconds);
  const asked = { ...kind, kind: 'TokenRequest', group: 'authentication.k8s.io', custom: true };
  if (seconds < 600) {
    const message = `Invalid value: ${seconds}: may not specify a duration less than 10 minutes`;
    return invalid(asked, '', [{ reason: 'FieldValueInvalid', message, field: 'spec.expirationSeconds' }]);
  }
  const bound = boundObjectRef === null ? undefined : record(boundObjectRef);
  const secret = bound === undefined ? undefined : store.get('', 'secrets', namespace, String(bound['name']));
  if (bound !== undefined && secret === undefined) return failure(404, `secrets "${bound['name']}" not found`);
  const uid = secret?.metadata.uid;
  const { token, expires } = tokens.request(account, seconds, bound === undefined ? undefined : { ...bound, uid });
  const metadata = { name, namespace, uid: account.metadata.uid, creationTimestamp: timestamp() };
  const spec = { audiences: [issuer], expirationSeconds: seconds, boundObjectRef };
  const status = { token, expirationTimestamp: timestamp(new Date(expires * 1000)) };
  return { status: 201, body: { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata, spec, status } };
};

/** There is no kubelet: what a pod has written is kept in the object, as `log`, and `previousLog` of the container before. */
export const podLog = ({ kind, name, query }: Target, pod: Stored | undefined): Reply => {
  if (pod === undefined) return notFound(kind, name);
  const previous = query.get('previous') === 'true';
  const log = previous ? (pod['previousLog'] ?? pod['log']) : pod['log'];
  if (typeof log !== 'string')
    return failure(400, `previous terminated container "${query.get('container') ?? ''}" in pod "${name}" not found`);
  const tail = Number(query.get('tailLines') ?? 'NaN');
  return {
    status: 200,
    body: Number.isNaN(tail)
      ? log
      : log
          .split('\n')
          .slice(-tail - 1)
          .join('\n'),
  };
};
/** What a pod answers at `/metrics` is kept in the object too. */
export const podProxy = ({ kind, name, namespace = '', store }: Target, path: string): Reply => {
  const [, podName = name, port = '80'] = /^(?:https?:)?([^:]+):(\d+):?$/.exec(name) ?? [];
  const pod = store.get('', 'pods', namespace, podName);
  if (pod === undefined) return notFound(kind, podName);
  return path === 'metrics' && typeof pod['metrics'] === 'string' && port === String(pod['metricsPort'] ?? 8080)
    ? { status: 200, body: pod['metrics'] }
    : failure(503, `error trying to reach service: dial tcp 10.0.0.1:${port}: connect: connection refused`, {
        headers: { 'Retry-After': '0' },
      });
};
