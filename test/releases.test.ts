import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { checks } from '../src/checks/index.ts';
import { runChecks } from '../src/checks/run.ts';
import { imageConfigFault } from '../src/operator/image-config.ts';
import { inItsWords, releaseOf } from '../src/operator/releases.ts';
import { type Right, rightIn } from '../src/operator/rights.ts';
import { readFixture } from './support/fixture.ts';

test('each release dies, watches and speaks as its own files say', () => {
  const rows = ['v1.16.0', '1.17.0', 'v1.20.4', 'v1.24.9', 'v1.25.0', 'v1.27.1', 'v1.32.5', 'v1.33.0'].map(version => {
    const { standing, diesAtOnce, imageConfig, imageConfigOptional, remote, watchList, prefix, strictUrls } = releaseOf(version);
    const slices = remote.find(one => one.startsWith('endpoint')) ?? 'none';
    return [version, standing, diesAtOnce, slices, imageConfig ? !imageConfigOptional : 'unread', watchList, prefix !== '', strictUrls];
  });
  assert.deepEqual(rows, [
    ['v1.16.0', 'known', true, 'none', 'unread', false, false, false],
    ['1.17.0', 'known', false, 'none', 'unread', false, false, false],
    ['v1.20.4', 'known', false, 'endpoints', 'unread', false, false, false],
    ['v1.24.9', 'known', false, 'endpoints', 'unread', false, false, false],
    ['v1.25.0', 'known', false, 'endpointslices', 'unread', false, false, false],
    ['v1.27.1', 'known', false, 'endpointslices', false, false, false, false],
    ['v1.32.5', 'known', false, 'endpointslices', true, false, false, true],
    ['v1.33.0', 'newer', false, 'endpointslices', true, true, true, true],
  ]);
  for (const version of [undefined, 'latest', 'main', '9e3d1b51', 'v1.5.0', 'v2.0.0', ''])
    assert.equal(releaseOf(version).standing, 'untold', version);
});
test('words stand before a message in the releases that say them', () => {
  const said = 'failed setting cluster default options: host must be a URL';
  assert.equal(inItsWords(releaseOf('v1.32.5'), said), 'host must be a URL');
  assert.equal(inItsWords(releaseOf('v1.33.0'), said), said);
  const kind = (line: number): string => `no kind "Secret" is registered for version "v1" in scheme "pkg/runtime/scheme.go:${line}"`;
  for (const [version, line] of [
    ['v1.16.0', 100],
    ['v1.20.4', 100],
    ['v1.27.1', 110],
    ['v1.32.5', 110],
    ['v1.33.0', 111],
  ] as const)
    assert.equal(inItsWords(releaseOf(version), kind(111)), kind(line), version);
});
test('a right counts as far as the release uses it', () => {
  const right = (resource: string, verb: string, group = ''): Right => ({ tier: 'lazy', group, resource, verb });
  const tier = (version: string, one: Right, ...others: Right[]) => rightIn(one, releaseOf(version), [one, ...others])?.tier;
  const slices = right('endpointslices', 'list', 'discovery.k8s.io');
  assert.equal(tier('v1.24.0', slices), undefined);
  assert.equal(tier('v1.25.0', slices), 'start');
  assert.equal(tier('v1.20.4', right('endpoints', 'list')), 'start');
  assert.equal(tier('v1.32.5', right('endpoints', 'list')), 'lazy');
  assert.equal(tier('v1.32.5', right('secrets', 'watch')), 'lazy');
  assert.equal(tier('v1.32.5', right('secrets', 'list')), 'start');
  assert.equal(tier('v1.33.0', right('secrets', 'list')), 'lazy');
  assert.equal(tier('v1.33.0', right('secrets', 'list'), right('secrets', 'watch')), 'start');
});

test('an ImageConfig kills the operator as the real one was killed', () => {
  const good = 'apiVersion: config.k8ssandra.io/v1beta2\nkind: ImageConfig\nimages: {}\ndefaults: {registry: docker.io}\n';
  const fault = (...texts: (string | undefined)[]) =>
    imageConfigFault(texts.map(text => (text === undefined ? {} : { data: { 'image_config.yaml': text } })));
  assert.equal(fault(good), undefined);
  assert.equal(fault(undefined, '', good), undefined, 'the first that has the key with a text');
  assert.equal(fault(), 'failed to find imageconfig');
  const empty = 'no ConfigMap with label k8ssandra.io/config=image and key image_config.yaml found';
  assert.equal(fault(undefined), empty);
  assert.equal(fault(''), empty);
  const begins = 'parsing v1beta2 image config: could not load image config: could not decode file into runtime.Object: ';
  const typed = 'json: cannot unmarshal ';
  const table: readonly (readonly [string, string | undefined])[] = [
    [' \n', undefined],
    [good.replace('kind: ImageConfig\n', ''), undefined],
    [good.replace(/apiVersion.*\n/, ''), undefined],
    [`${good}more: 1\n`, undefined],
    ['{{{ no', "couldn't get version/kind; json parse error: invalid character '{' looking for beginning of object key string"],
    [' {"a": 1.}', "couldn't get version/kind; json parse error: invalid character '}' after decimal point in numeric literal"],
    ['{"a": [true, nul', "couldn't get version/kind; json parse error: invalid character ' ' in literal null (expecting 'l')"],
    ['{"a": 1}}', "couldn't get version/kind; json parse error: invalid character '}' after top-level value"],
    ['{"a', "couldn't get version/kind; json parse error: unexpected end of JSON input"],
    ['[]', "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct {"],
    [good.replace('v1beta2', 'v1beta1'), 'no kind "ImageConfig" is registered for version "config.k8ssandra.io/v1beta1" in scheme '],
    [
      good.replace('kind: ImageConfig', 'kind: Images'),
      'no kind "Images" is registered for version "config.k8ssandra.io/v1beta2" in scheme ',
    ],
    [good.replace('images: {}', 'images: []'), `${typed}array into Go struct field ImageConfig.images of type v1beta2.Images`],
    [good.replace('docker.io', '3'), `${typed}number into Go struct field ImagePolicy.defaults.registry of type string`],
    [`${good}overrides: x\n`, `${typed}string into Go struct field ImageConfig.overrides of type v1beta2.ImagePolicy`],
    [`${good}types: []\n`, `${typed}array into Go struct field ImageConfig.types of type v1beta2.ImageTypes`],
  ];
  for (const [text, message] of table) {
    const told = fault(text);
    if (message === undefined) assert.equal(told, undefined, text);
    else assert.ok(told?.startsWith(`${begins}${message}`), `${text}\n${told}`);
  }
});
test('what follows from a finding is what the release that runs does', () => {
  const inventory = readFixture(join(import.meta.dirname, 'checks/KC302/broken'));
  const { operator } = inventory.controlPlane;
  assert.ok(operator);
  const effectOf = (version: string) => {
    const { findings } = runChecks(checks, {
      ...inventory,
      controlPlane: { ...inventory.controlPlane, operator: { ...operator, version } },
    });
    return findings.find(({ code }) => code === 'KC302')?.effect ?? '';
  };
  assert.match(effectOf('v1.16.0'), /^the operator, restarted, does not get the kinds of that cluster and exits at once, with all/);
  assert.match(effectOf('v1.32.5'), /and stops after two minutes, with all K8ssandraClusters$/);
  for (const tag of ['v1.99.0', 'latest'])
    assert.match(effectOf(tag), new RegExp(`stops after two minutes.* \\(as .+ does: what ${tag} does is not known\\)$`));
});
