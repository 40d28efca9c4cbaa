import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { credential } from '../src/base/credential.ts';
import { probe } from '../src/fleet/from-cluster/probe.ts';
import type { Probe } from '../src/fleet/inventory.ts';
import type { Limits } from '../src/kube/api/connection.ts';
import type { StoredKubeconfig } from '../src/kube/kubeconfig/stored.ts';
import { type Asked, type Scripted, type ScriptedServer, startScripted } from './support/scripted-server.ts';

const limits: Limits = { timeout: 5000, signal: new AbortController().signal };
let script: (asked: Asked) => Scripted;
let server: ScriptedServer;
before(async () => {
  server = await startScripted(asked => script(asked));
});
after(() => server.stop());

const served: Readonly<Record<string, string>> = {
  '/apis/cassandra.datastax.com/v1beta1': 'cassandradatacenters',
  '/apis/control.k8ssandra.io/v1alpha1': 'cassandratasks',
  '/apis/reaper.k8ssandra.io/v1alpha1': 'reapers',
  '/apis/stargate.k8ssandra.io/v1alpha1': 'stargates',
};
const identityPath = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const rulesPath = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
const username = 'system:serviceaccount:k8ssandra:k8ssandra-operator';
const everything = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }];
const notFound: Scripted = {
  status: 404,
  body: { kind: 'Status', message: 'the server could not find the requested resource', code: 404 },
};
/** What a healthy Kubernetes of today says. */
const healthy = ({ path }: Asked): Scripted => {
  const plural = served[path];
  if (plural !== undefined) return { body: { kind: 'APIResourceList', resources: [{ name: plural }, { name: `${plural}/status` }] } };
  if (path === '/version') return { body: { gitVersion: 'v1.36.0' } };
  if (path === identityPath) return { status: 201, body: { status: { userInfo: { username, groups: [] } } } };
  if (path === rulesPath) return { status: 201, body: { status: { resourceRules: everything, incomplete: false } } };
  return notFound;
};
const probed = async (
  answers: (asked: Asked) => Scripted,
  change: Partial<StoredKubeconfig> = {},
): Promise<{ readonly steps: Probe; readonly asked: readonly Asked[] }> => {
  script = answers;
  const before = server.asked.length;
  const steps = await probe('x', { ok: true, value: { ...server.stored, ...change } }, ['k8ssandra'], limits);
  return { steps, asked: server.asked.slice(before) };
};
type Name = keyof Probe;
const names: readonly Name[] = ['reach', 'tls', 'version', 'identity', 'access', 'crds'];
const shortly = (steps: Probe): Record<string, string> =>
  Object.fromEntries(
    names.map(name => {
      const step = steps[name];
      return [name, step.status === 'pass' ? 'pass' : step.status === 'fail' ? `fail ${step.cause}` : `notRun ${step.reason}`];
    }),
  );
const passing = Object.fromEntries(names.map(name => [name, 'pass']));

const page = '<!DOCTYPE html><html><body>Sign in</body></html>';
/** Whatever keeps an answer away, and the reason that it is unread for. */
const hindrances: Readonly<Record<string, readonly [answer: Scripted, reason: string]>> = {
  'too many requests': [{ status: 429, body: { kind: 'Status', message: 'too many requests' } }, 'throttled'],
  'too many requests, said by a gateway': [{ status: 429, body: 'slow down' }, 'throttled'],
  'a time-out of etcd': [{ status: 500, body: { kind: 'Status', message: 'etcdserver: request timed out' } }, 'unavailable'],
  'a bad gateway': [{ status: 502, body: '<html>502 Bad Gateway</html>', type: 'text/html' }, 'unavailable'],
  'no service': [{ status: 503, body: { kind: 'Status', message: 'apiserver not ready' } }, 'unavailable'],
  'a gateway time-out': [{ status: 504, body: '' }, 'unavailable'],
  'a page': [{ status: 200, body: page, type: 'text/html' }, 'not-an-api'],
  'a page that refuses': [{ status: 403, body: page, type: 'text/html' }, 'not-an-api'],
  'an empty object': [{ body: {} }, 'not-an-api'],
  'a list': [{ body: [] }, 'not-an-api'],
  null: [{ body: null }, 'not-an-api'],
  'a word': [{ body: 'ok' }, 'not-an-api'],
  'an empty body': [{ body: '' }, 'not-an-api'],
  'JSON that is cut off': [{ body: '{"kind":', type: 'application/json' }, 'malformed'],
  'a Status of success': [{ body: { kind: 'Status', status: 'Success' } }, 'malformed'],
  'fields of another type': [{ body: { gitVersion: 1, status: 7, kind: 'APIResourceList', resources: {} } }, 'malformed'],
  'a broken connection': ['reset', 'unreachable'],
  'a refused right': [{ status: 403, body: { kind: 'Status', message: 'forbidden: User "x" cannot do this' } }, 'forbidden'],
};
const calls: Readonly<Record<string, readonly [path: RegExp, step: Name]>> = {
  version: [/^\/version$/, 'version'],
  identity: [/selfsubjectreviews$/, 'identity'],
  rights: [/selfsubjectrulesreviews$/, 'access'],
  'one of the groups': [/^\/apis\/reaper/, 'crds'],
};
for (const [what, [answer, reason]] of Object.entries(hindrances))
  test(`${what} for an answer makes that step unknown for that reason, and no other`, async () => {
    for (const [call, [path, step]] of Object.entries(calls)) {
      const { steps } = await probed(asked => (path.test(asked.path) ? answer : healthy(asked)));
      assert.deepEqual(shortly(steps), { ...passing, [step]: `notRun ${reason}` }, call);
    }
  });
test('an API that says so of every request is unknown, and what is none is told once', async () => {
  for (const [what, [answer, reason]] of Object.entries(hindrances)) {
    if (reason === 'forbidden') continue;
    const { steps } = await probed(() => answer);
    const rest = reason === 'not-an-api' ? 'notRun earlier-failure' : `notRun ${reason}`;
    const version = reason === 'not-an-api' ? 'fail not-an-api' : `notRun ${reason}`;
    assert.deepEqual(shortly(steps), { reach: 'pass', tls: 'pass', version, identity: rest, access: rest, crds: rest }, what);
  }
});
test('the words for what is no Kubernetes API have its content type and its first word, and nothing more', async () => {
  const words: Readonly<Record<string, readonly [Scripted, string]>> = {
    page: [
      { body: page, type: 'text/html; charset=utf-8' },
      '200: what answers there is no Kubernetes API: text/html that begins "<!DOCTYPE"',
    ],
    'web server': [
      { status: 404, body: '404 page not found' },
      '404: what answers there is no Kubernetes API: text/plain that begins "404"',
    ],
    list: [{ body: [] }, '200: what answers there is no Kubernetes API: application/json that is a list'],
    number: [{ body: 5 }, '200: what answers there is no Kubernetes API: application/json that is a number'],
    'an object of something else': [
      { body: { error: 'unauthorized', code: 7 } },
      '200: what answers there is no Kubernetes API: application/json that is no Kubernetes object',
    ],
    nothing: [{ body: '' }, '200: what answers there is no Kubernetes API: text/plain that is empty'],
  };
  for (const [what, [answer, detail]] of Object.entries(words)) {
    const { steps } = await probed(() => answer);
    assert.deepEqual(steps.version, { status: 'fail', cause: 'not-an-api', detail }, what);
  }
});

const unauthorized: Scripted = { status: 401, body: { kind: 'Status', message: 'Unauthorized', code: 401 } };
test('a credential is refused by an API that refuses it everywhere, and not by one that contradicts itself', async () => {
  const { steps } = await probed(() => unauthorized);
  const rest = 'notRun earlier-failure';
  assert.deepEqual(shortly(steps), { ...passing, version: rest, identity: 'fail unauthorized', access: rest, crds: rest });
  const contradicted = await probed(asked => (asked.path === identityPath ? unauthorized : healthy(asked)));
  assert.deepEqual(shortly(contradicted.steps), { ...passing, identity: 'notRun unauthorized' });
});
test('the anonymous user and a refused impersonation are not let in', async () => {
  for (const message of ['User "system:anonymous" cannot create resource', 'User "x" cannot impersonate resource "users"']) {
    const forbidden: Scripted = { status: 403, body: { kind: 'Status', message } };
    const { steps } = await probed(() => forbidden);
    assert.equal(shortly(steps)['identity'], 'fail forbidden', message);
  }
});

const claims = { subject: username };
test('Kubernetes before 1.28: v1beta1 and v1alpha1 of the review, else the subject of an accepted token', async () => {
  for (const version of ['v1beta1', 'v1alpha1']) {
    const { steps } = await probed(asked => {
      if (asked.path === identityPath) return notFound;
      return healthy(asked.path === identityPath.replace('v1', version) ? { ...asked, path: identityPath } : asked);
    });
    assert.deepEqual(steps.identity, { status: 'pass', value: { username, groups: [] } }, version);
  }
  const none = (asked: Asked): Scripted =>
    /selfsubjectreviews$/.test(asked.path) ? { status: 404, body: '404 page not found\n' } : healthy(asked);
  const own = await probed(none, { claims });
  assert.deepEqual(own.steps.identity, { status: 'pass', value: { username, groups: [] } });
  assert.equal(own.asked.filter(({ path }) => path === '/apis').length, 0);
  assert.equal(shortly((await probed(none)).steps)['identity'], 'notRun not-installed');
  // What a token says of itself is nothing where the API has not accepted it.
  const unaccepted = await probed(asked => (asked.path === rulesPath ? { status: 500, body: {} } : none(asked)), { claims });
  assert.equal(shortly(unaccepted.steps)['identity'], 'notRun not-installed');
});
test('a kind is missing where its group is not served, or served without it', async () => {
  const { steps } = await probed(asked => {
    if (asked.path.includes('reaper')) return { status: 404, body: '404 page not found\n' };
    if (asked.path.includes('stargate')) return notFound;
    return asked.path.includes('control.k8ssandra.io') ? { body: { kind: 'APIResourceList', resources: null } } : healthy(asked);
  });
  assert.deepEqual(steps.crds, {
    status: 'pass',
    value: { asked: 4, missing: ['cassandratasks.control.k8ssandra.io', 'reapers.reaper.k8ssandra.io', 'stargates.stargate.k8ssandra.io'] },
  });
});

test('nothing is asked where the operator would be answered as somebody else', async () => {
  const { token: _, ...tokenless } = server.stored;
  const cases: readonly (readonly [string, StoredKubeconfig])[] = [
    ['TLS is not verified', { ...server.stored, insecure: true }],
    ['a user name and a password', { ...tokenless, auth: ['basic'] }],
    ['a token in a file', { ...tokenless, auth: ['token-file'] }],
  ];
  script = healthy;
  for (const [what, stored] of cases) {
    const before = server.asked.length;
    const steps = await probe('x', { ok: true, value: stored }, ['k8ssandra'], limits);
    const unasked = { version: 'notRun skipped', identity: 'notRun skipped', access: 'notRun skipped', crds: 'notRun skipped' };
    assert.deepEqual(shortly(steps), { ...passing, ...(stored.insecure ? { tls: 'notRun skipped' } : {}), ...unasked }, what);
    assert.deepEqual(server.asked.slice(before), [], what);
  }
});

test('who impersonates is asked as the one that it impersonates', async () => {
  const extra = { 'example.com/scope': ['a', 'b'] };
  const { asked, steps } = await probed(healthy, { impersonation: { user: 'east', uid: 'u-1', groups: ['one', 'two'], extra } });
  assert.deepEqual(shortly(steps), passing);
  for (const { headers } of asked) {
    assert.equal(headers['impersonate-user'], 'east');
    assert.equal(headers['impersonate-uid'], 'u-1');
    assert.equal(headers['impersonate-group'], 'one, two');
    assert.equal(headers['impersonate-extra-example.com%2fscope'], 'a, b');
  }
});
test('a token that no header can carry is told as that', async () => {
  const { steps, asked } = await probed(healthy, { token: credential('first\nsecond') });
  assert.equal(shortly(steps)['identity'], 'fail unsendable');
  assert.deepEqual(asked, []);
});
