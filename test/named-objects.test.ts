import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectId } from '../src/fleet/named-objects.ts';
import { datacentersOf } from '../src/fleet/placement.ts';
import { kinds } from '../src/kube/kinds.ts';

const encrypted = { config: { cassandraYaml: { client_encryption_options: { enabled: true } } } };
const internode = { config: { cassandraYaml: { server_encryption_options: { internode_encryption: 'all' } } } };
const stores = { keystoreSecretRef: { name: 'a' }, truststoreSecretRef: { name: 'b', key: 'k' } };
const apart = { ...stores, keystorePasswordSecretRef: { name: 'p' }, truststorePasswordSecretRef: { name: 'q', key: 'r' } };
interface Spec {
  readonly cassandra?: object;
  readonly dc?: object;
  readonly [part: string]: unknown;
}
/** What a K8ssandraCluster of namespace `home` names for a datacenter in namespace `there`, as the operator reads it: with the keys behind. */
const table: readonly (readonly [title: string, spec: Spec, expected: readonly string[]])[] = [
  ['nothing', {}, []],
  ['empty references', { medusa: { storageProperties: { storageSecretRef: {} }, certificatesSecretRef: { name: '' } }, reaper: {} }, []],
  ['a superuser, which the operator makes', { cassandra: { superuserSecretRef: { name: 's' } } }, ['control plane home/s made']],
  ['a superuser from elsewhere', { secretsProvider: 'external', cassandra: { superuserSecretRef: { name: 's' } } }, []],
  ['stores that nothing uses', { cassandra: { clientEncryptionStores: stores, serverEncryptionStores: stores } }, []],
  [
    'stores with their passwords inside',
    { cassandra: { ...encrypted, clientEncryptionStores: stores } },
    ['there/a keystore', 'home/a keystore-password', 'there/b k', 'home/b k'],
  ],
  [
    'stores with their passwords apart',
    { cassandra: { ...internode, serverEncryptionStores: apart } },
    ['there/a keystore', 'home/p keystore-password', 'there/b k', 'home/q r'],
  ],
  ['stores from elsewhere', { secretsProvider: 'external', cassandra: { ...internode, serverEncryptionStores: apart } }, []],
  ['the bucket of Medusa', { medusa: { storageProperties: { storageSecretRef: { name: 'm' } } } }, ['there/m']],
  [
    'the settings of Medusa, whose namespace is not looked at',
    { medusa: { medusaConfigurationRef: { name: 'm', namespace: 'x' } } },
    ['control plane MedusaConfiguration home/m'],
  ],
  [
    'the certificates of Medusa, the older field first',
    { medusa: { certificatesSecretRef: { name: 'c' }, clientEncryptionStores: stores } },
    ['there/c rootca.crt,client.crt_signed,client.key'],
  ],
  ['the stores of Medusa', { medusa: { clientEncryptionStores: stores } }, ['there/a', 'there/b k']],
  [
    'the certificates of Medusa, injected',
    { secretsProvider: 'external', medusa: { certificatesSecretRef: { name: 'c' } }, cassandra: encrypted },
    [],
  ],
  [
    'the TLS of Medusa',
    { medusa: { serviceProperties: { encryption: { clientSecretName: 'c', serverSecretName: 's' } } } },
    ['there/s', 'there/c'],
  ],
  ['the account of Medusa', { medusa: { cassandraUserSecretRef: { name: 'u' } } }, ['control plane home/u made']],
  [
    'the accounts of Reaper',
    { reaper: { cassandraUserSecretRef: { name: 'u' }, uiUserSecretRef: { name: 'v' } } },
    ['control plane home/u made', 'control plane home/v made'],
  ],
  ['the accounts of Reaper without authentication', { auth: false, reaper: { uiUserSecretRef: { name: 'v' } } }, []],
  [
    'the account of a Reaper that is there already',
    { reaper: { reaperRef: { name: 'r' }, uiUserSecretRef: { name: 'v' }, httpManagement: { keystores: { name: 'k' } } } },
    ['control plane home/v'],
  ],
  [
    'what Reaper mounts',
    { reaper: { httpManagement: { keystores: { name: 'k' } }, encryption: { serverCertName: 's', clientCertName: 'c' } } },
    ['there/k', 'there/s keystore.jks,truststore.jks', 'there/c ca.crt,tls.crt,tls.key'],
  ],
  ['what Reaper does not mount', { reaper: { httpManagement: { enabled: false, keystores: { name: 'k' } } } }, []],
  ['the settings of each node', { dc: { perNodeConfigMapRef: { name: 'n' } } }, ['ConfigMap there/n']],
  ['the settings of Stargate', { stargate: { cassandraConfigMapRef: { name: 'g' } } }, ['ConfigMap there/g']],
  [
    'the settings of Stargate of one datacenter',
    { stargate: { cassandraConfigMapRef: { name: 'g' } }, dc: { stargate: { cassandraConfigMapRef: { name: 'h' } } } },
    ['ConfigMap there/h'],
  ],
  [
    'volumes',
    {
      cassandra: {
        extraVolumes: {
          volumes: [
            { name: 'a', secret: { secretName: 's' } },
            { name: 'b', configMap: { name: 'c' } },
            { name: 'c', secret: { secretName: 'o', optional: true } },
            { name: 'd', emptyDir: {} },
          ],
        },
      },
    },
    ['there/s', 'ConfigMap there/c'],
  ],
  [
    'the management API',
    { cassandra: { managementApiAuth: { manual: { clientSecretName: 'c', serverSecretName: 's' } } } },
    ['there/s', 'there/c'],
  ],
  ['the management API without TLS', { cassandra: { managementApiAuth: { insecure: {} } } }, []],
];
for (const [title, { cassandra, dc, ...spec }, expected] of table)
  test(`what is named: ${title}`, () => {
    const cluster = kinds.k8ssandraCluster.codec.read(
      {
        metadata: { namespace: 'home', name: 'demo' },
        spec: {
          ...spec,
          cassandra: { ...cassandra, datacenters: [{ metadata: { name: 'dc1', namespace: 'there' }, k8sContext: 'east', ...dc }] },
        },
      },
      '',
    );
    const names = datacentersOf(cluster).flatMap(one => one.names);
    assert.deepEqual(
      names.map(one => `${objectId(one)}${one.keys.length === 0 ? '' : ` ${one.keys.join()}`}${one.made ? ' made' : ''}`),
      expected,
    );
    for (const { field } of names) assert.match(field, /^spec\.[\w.[\]]+$/);
  });
test('Reaper stands in the first datacenter alone where there is to be one', () => {
  const dcs = ['dc1', 'dc2'].map(name => ({ metadata: { name } }));
  const cluster = kinds.k8ssandraCluster.codec.read(
    {
      metadata: { namespace: 'home', name: 'demo' },
      spec: { reaper: { deploymentMode: 'SINGLE', httpManagement: { keystores: { name: 'k' } } }, cassandra: { datacenters: dcs } },
    },
    '',
  );
  assert.deepEqual(
    datacentersOf(cluster).map(({ names }) => names.length),
    [1, 0],
  );
});
