import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApiServer } from '../sandbox/api/server.ts';
import { call } from '../sandbox/clusters/call.ts';

/** What the fake API server answers as each release, from the change logs of Kubernetes. */
const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const releases: readonly (readonly [version: string, list: string, whoAmI: string | undefined])[] = [
  ['v1.24.17', 'APIGroupList', undefined],
  ['v1.25.16', 'APIGroupList', undefined],
  ['v1.26.15', 'APIGroupList', 'v1alpha1'],
  ['v1.27.16', 'APIGroupList', 'v1beta1'],
  ['v1.28.15', 'APIGroupList', 'v1'],
  ['v1.29.14', 'APIGroupList', 'v1'],
  ['v1.30.14', 'APIGroupDiscoveryList', 'v1'],
  ['v1.36.3', 'APIGroupDiscoveryList', 'v1'],
];
for (const [kubernetesVersion, list, whoAmI] of releases)
  test(`as ${kubernetesVersion}`, async () => {
    const server = await startApiServer({ kubernetesVersion });
    try {
      const ask = (path: string, more: object = {}) =>
        call({ server: server.url, caPem: server.caPem }, { token: server.adminToken, path, ...more });
      assert.equal(((await ask('/version')).body as { gitVersion: string }).gitVersion, kubernetesVersion);
      assert.equal(((await ask('/apis', { accept: aggregated })).body as { kind: string }).kind, list);
      assert.equal(((await ask('/apis')).body as { kind: string }).kind, 'APIGroupList');
      assert.equal(((await ask('/apis/config.k8ssandra.io/v1beta1')).body as { kind: string }).kind, 'APIResourceList');
      for (const version of ['v1alpha1', 'v1beta1', 'v1']) {
        const path = `/apis/authentication.k8s.io/${version}/selfsubjectreviews`;
        assert.equal((await ask(path, { method: 'POST', body: {} })).status, version === whoAmI ? 201 : 404, version);
      }
    } finally {
      await server.stop();
    }
  });
test('a continue token that is too old answers 410, with one that goes on', async () => {
  const server = await startApiServer();
  try {
    for (const name of ['a', 'b', 'c']) server.put('', 'configmaps', { metadata: { namespace: 'x', name } });
    const ask = (query: string) => server.ask('GET', `/api/v1/namespaces/x/configmaps?limit=1${query}`);
    const next = ({ body }: { readonly body: unknown }): string => (body as { metadata: { continue: string } }).metadata.continue;
    const names = ({ body }: { readonly body: unknown }): string[] =>
      (body as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name);
    const first = await ask('');
    server.put('', 'configmaps', { metadata: { namespace: 'x', name: 'aa' } });
    assert.deepEqual(names(await ask(`&continue=${next(first)}`)), ['b'], 'a list goes on in the state that it began in');
    server.compact();
    const late = await ask(`&continue=${next(first)}`);
    assert.equal(late.status, 410);
    assert.equal((late.body as { reason: string }).reason, 'Expired');
    assert.deepEqual(names(await ask(`&continue=${next(late)}`)), ['aa']);
  } finally {
    await server.stop();
  }
});
