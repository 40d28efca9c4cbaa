import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeAuthority } from '../sandbox/certificates.ts';
import { credential } from '../src/base/credential.ts';
import { operatorStart } from '../src/checks/start.ts';
import { buildStored } from '../src/kube/kubeconfig/build.ts';
import { defects } from './support/defects.ts';
import { fixtureOf } from './support/fixture.ts';

/** What became of the real operator, as test/operator/agrees.test.ts has recorded it. */
const fates = JSON.parse(readFileSync(join(import.meta.dirname, 'operator/fates.json'), 'utf8')) as Readonly<
  Record<string, { readonly fate: string; readonly message?: string }>
>;
/** Where the operator's parser says more than we can, or quotes what is stored: how its message and ours begin. */
const beginnings: Readonly<Record<string, string>> = {
  'not YAML': 'yaml: line 1: ',
  'a string': "couldn't get version/kind; json parse error: ",
  'a list': "couldn't get version/kind; json parse error: ",
  'the context twice': 'error converting *[]NamedContext into *map[string]*api.Context: duplicate name "dp1" in list',
  'a server that is no URL': 'failed setting cluster default options: ',
  'a CA that is not base64': 'illegal base64 data ',
};
const namespace = 'k8ssandra';
const { pem } = await makeAuthority();
const stored = buildStored({ contextName: 'dp1', server: 'https://dp1.example.com:6443', caPem: pem, token: credential('canary') });
/** The release of which the fates were recorded. */
const running = {
  kind: 'Deployment',
  metadata: { namespace, name: 'k8ssandra-operator' },
  spec: {
    template: {
      spec: {
        containers: [
          {
            name: 'k8ssandra-operator',
            image: 'k8ssandra/k8ssandra-operator:v1.33.0',
            env: [
              { name: 'K8SSANDRA_CONTROL_PLANE', value: 'true' },
              { name: 'WATCH_NAMESPACE', value: namespace },
            ],
          },
        ],
      },
    },
  },
};
const startOf = (name: string) => {
  const objects = defects[name]?.(stored, namespace);
  assert.ok(objects);
  return operatorStart(
    fixtureOf([
      running,
      ...objects.clientConfigs.map(config => ({ kind: 'ClientConfig', ...config })),
      ...objects.secrets.map(secret => ({ kind: 'Secret', ...secret })),
    ]),
  );
};

test('the fate of every defect is recorded', () => {
  assert.deepEqual(Object.keys(fates), Object.keys(defects));
  assert.deepEqual(
    Object.entries(fates).filter(([, { fate }]) => fate !== 'dies' && fate !== 'lives'),
    [],
  );
});
for (const name of Object.keys(defects)) {
  test(`${name}: the verdict, and the message, are what the real operator showed`, () => {
    const { verdict, message } = startOf(name);
    const real = fates[name];
    // Of the losers of one context name, which are not probed, only the immediate fate is known.
    assert.equal(verdict === 'does-not-start' ? 'dies' : 'lives', real?.fate, message);
    if (real?.message === undefined) return;
    const beginning = beginnings[name];
    if (beginning === undefined) return assert.equal(message, real.message);
    assert.ok(real.message.startsWith(beginning), real.message);
    assert.ok(message.startsWith(beginning), message);
  });
}
test('of two that are broken the first in order is the culprit', () => {
  const { culprit, context } = startOf('two that are broken');
  assert.deepEqual({ culprit, context }, { culprit: `${namespace}/b`, context: 'b' });
});
