import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiServer, startApiServer } from '../../sandbox/api/server.ts';
import { call } from '../../sandbox/clusters/call.ts';
import type { Cluster } from '../../sandbox/clusters/cluster.ts';
import { type Clusters, startClusters } from '../../sandbox/clusters/clusters.ts';
import { installCrds } from '../../sandbox/clusters/install.ts';
import { answersOf, type Put, settled, within } from '../support/alike.ts';
import { exchanges } from '../support/exchanges.ts';
import '../support/overrun.ts';

/** The fake API server answers as the real one does, word for word, wherever our commands look. */
let clusters: Clusters;
let fake: ApiServer;
before(async () => {
  clusters = await startClusters(['cp']);
  await installCrds(real());
  fake = await startApiServer();
});
after(async () => {
  await fake?.stop();
  await clusters?.stop();
});
const real = (): Cluster => clusters.byName['cp'] ?? assert.fail('no cluster');
const over =
  (server: string, caPem: string): Put =>
  ({ token, method = 'GET', path, body, accept, contentType }) =>
    call(
      { server, caPem },
      {
        method,
        path,
        ...(token === undefined ? {} : { token }),
        ...(body === undefined ? {} : { body }),
        ...(accept === undefined ? {} : { accept }),
        ...(contentType === undefined ? {} : { contentType }),
      },
    );

test('the fake API server answers as the real one', async t => {
  const [theirs, ours] = await Promise.all([
    answersOf(over(real().server, real().caPem), real().adminToken),
    answersOf(over(fake.url, fake.caPem), fake.adminToken),
  ]);
  for (const [part, list] of exchanges)
    await t.test(part, () => {
      for (const { name, method = 'GET', path, less = false } of list) {
        const key = `${part}: ${name}`;
        const [one, other] = [ours.get(key), theirs.get(key)].map(answer => ({ status: answer?.status, body: settled(answer?.body) }));
        const where = `${name}: ${method} ${path}`;
        if (!less) assert.deepEqual(one, other, where);
        else
          assert.ok(
            one?.status === other?.status && within(one?.body, other?.body),
            `${where}\n${JSON.stringify(one)}\n${JSON.stringify(other)}`,
          );
      }
    });
});
