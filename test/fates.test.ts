import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeAuthority } from '../sandbox/certificates.ts';
import { credential } from '../src/base/credential.ts';
import { known } from '../src/base/read.ts';
import { operatorStart } from '../src/checks/start.ts';
import { buildStored } from '../src/kube/kubeconfig/build.ts';
import { imageConfigFault } from '../src/operator/image-config.ts';
import { inItsWords, releaseOf } from '../src/operator/releases.ts';
import { fixtureOf } from './support/fixture.ts';
import { makeMaterial } from './support/kubeconfig-material.ts';
import { imageConfigsOf, type OperatorCase, operatorCases, rightsThatMayLack, type World } from './support/operator-cases.ts';
import { type Fate, isOfDialling, isSame, readFates } from './support/operator-fates.ts';
import { operatorDeployment } from './support/operator-manifest.ts';

/** What became of real operators, as test/operator/agrees.test.ts has recorded it of each release, without any of them. */
const fates = readFates();
const releases = ['main', 'v1.16.0', 'v1.20.4', 'v1.27.1', 'v1.32.5'];
const { pem } = await makeAuthority();
const plane = { server: 'https://127.0.0.1:6443', caPem: pem, token: 'canary' };
const world: World = {
  ...plane,
  stored: buildStored({ contextName: 'dp1', ...plane, token: credential(plane.token) }),
  lacking: Object.fromEntries(rightsThatMayLack.map(right => [right.join(' '), 'canary'])),
  poor: plane,
  material: await makeMaterial(),
};
const cases = operatorCases(world);
const nameOf = ({ group, name }: OperatorCase): string => `${group}: ${name}`;

const startOf = ({ install }: OperatorCase, version: string) => {
  const installed = install(world, 'NS');
  const { clientConfigs, secrets, watch = 'NS' } = installed;
  const found = Object.values(imageConfigsOf(installed)).filter(({ labels }) => labels['k8ssandra.io/config'] === 'image');
  const release = releaseOf(version);
  const fault = release.imageConfig ? imageConfigFault(found, release.imageConfigOptional) : undefined;
  return operatorStart(
    fixtureOf(
      [
        operatorDeployment('NS', watch, version),
        ...clientConfigs.map(config => ({ kind: 'ClientConfig', ...config })),
        ...secrets.map(secret => ({ kind: 'Secret', ...secret })),
      ],
      fault === undefined ? {} : { controlPlane: { imageConfig: known(false), imageConfigFault: inItsWords(release, fault) } },
    ),
  );
};
/** Nothing is dialled here: of what only that shows, no more is known than that it loads. */
const loads: Fate = { verdict: 'starts' };
const atOnce = (fate: Fate): Fate => (fate.verdict === 'does-not-start' ? fate : loads);

test('what became of each release is recorded of every case, and nothing is undecided', () => {
  assert.deepEqual(Object.keys(fates), cases.map(nameOf).sort());
  for (const [name, byRelease] of Object.entries(fates)) {
    assert.deepEqual(Object.keys(byRelease).sort(), releases, name);
    for (const { verdict } of Object.values(byRelease)) assert.notEqual(verdict, 'neither', name);
  }
});
for (const release of releases)
  test(`${release}: verdict, culprit and message are what the real operator showed, as far as nothing is dialled`, () => {
    const version = release === 'main' ? 'v1.33.0' : release;
    const differences = cases.flatMap(one => {
      const real = fates[nameOf(one)]?.[release] ?? loads;
      // A data plane has ended it before what else there is.
      if (isOfDialling(real.message ?? '')) return [];
      const { verdict, message, culprit } = startOf(one, version);
      const dies = verdict === 'does-not-start' && !isOfDialling(message);
      const ours = { message, verdict: dies ? verdict : 'starts', ...(culprit === undefined ? {} : { culprit }) };
      return isSame(ours, atOnce(real)) ? [] : [`${nameOf(one)}\n  real ${JSON.stringify(real)}\n  ours ${JSON.stringify(ours)}`];
    });
    assert.equal(differences.length, 0, `${differences.length} of ${cases.length} differ:\n${differences.slice(0, 8).join('\n')}`);
  });
