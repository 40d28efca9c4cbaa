import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { namespace } from '../sandbox/world.ts';
import { type Registered, startRegistered } from './support/registered.ts';
import type { CheckJson } from './support/run.ts';

/** Of two ClientConfigs of one context name the last one wins, and the operator watches the cluster of the other all the same. */
let registered: Registered;
before(async () => {
  registered = await startRegistered(['dp1']);
  await registered.operator.stop();
});
after(() => registered.stop());
const start = async (changed: (kubeconfig: string) => string) => {
  const cp = registered.server('cp');
  const data = cp.get('', 'secrets', namespace, 'dp1-config')?.['data'] as { kubeconfig: string } | undefined;
  const kubeconfig = Buffer.from(data?.kubeconfig ?? '', 'base64').toString();
  const metadata = { namespace, name: 'a-config' };
  cp.put('', 'secrets', { metadata, data: { kubeconfig: Buffer.from(changed(kubeconfig)).toString('base64') } });
  cp.put('config.k8ssandra.io', 'clientconfigs', {
    metadata: { namespace, name: 'a' },
    spec: { contextName: 'dp1', kubeConfigSecret: { name: 'a-config' } },
  });
  const { stdout, stderr } = await registered.cli('contexts', 'check', '-o', 'json');
  assert.notEqual(stdout, '', stderr);
  return (JSON.parse(stdout) as CheckJson).operatorStart;
};

test('a loser that is let in changes nothing', async () => {
  const { verdict, message } = await start(text => text);
  assert.equal(verdict, 'starts', message);
});
for (const [what, changed] of [
  ['does not answer', (text: string) => text.replace(/https:\/\/127\.0\.0\.1:\d+/, 'https://127.0.0.1:1')],
  ['is not let in', (text: string) => text.replace(/"?token"?: "?[^"\n]+"?/, 'token: not-known')],
] as const)
  test(`a loser that ${what} stops the operator`, async () => {
    const { verdict, culprit, context } = await start(changed);
    assert.deepEqual({ verdict, culprit, context }, { verdict: 'starts-then-stops', culprit: `${namespace}/a`, context: 'dp1' });
  });
