import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { checks } from '../src/checks/index.ts';
import { runChecks } from '../src/checks/run.ts';
import { type Case, cures } from './support/cures.ts';
import { readFixture } from './support/fixture.ts';
import { type Pasting, startPasting, type Told, until } from './support/pasting.ts';

let world: Pasting;
before(async () => {
  world = await startPasting();
});
after(() => world.stop());

/** What a healthy world has, too. */
const always = ['KC703'];
/** The commands that a finding prints: its fixes, or of those to choose from the one that is meant. */
const linesOf = ({ fixes, do: words }: Told, choose: string | undefined): readonly string[] =>
  choose === undefined
    ? fixes
    : words
        .flatMap(text => text.replace(/^[^:]*: /, '').split(', or '))
        .filter(line => line.startsWith('kubectl ') && line.includes(choose));

const tried = async (code: string, { provoke, flags = [], choose, remains = [], never = [], unknown }: Case): Promise<void> => {
  await world.reset();
  await provoke(world);
  const look = () => world.findings(...flags);
  const found = await until(look, all => all.some(one => one.code === code));
  const own = found.filter(one => one.code === code);
  assert.ok(own.length > 0, `it is found: ${JSON.stringify(found, undefined, 1)}`);
  assert.deepEqual(
    found.filter(one => never.includes(one.code)).map(one => one.message),
    [],
  );
  const lines = own.flatMap(one => linesOf(one, choose));
  assert.ok(lines.length > 0, `it prints what to do: ${JSON.stringify(own, undefined, 1)}`);
  const printed: string[] = [];
  for (const line of lines) {
    const { code: exit, stdout } = await world.paste(line);
    printed.push(`$ ${line}\n${stdout}exit ${exit}`);
    assert.equal(exit, unknown === undefined ? 0 : 3, printed.join('\n'));
    if (unknown !== undefined) assert.match(stdout, unknown);
  }
  const allowed = [...always.filter(one => one !== code), ...remains];
  const left = (await until(look, all => all.every(one => allowed.includes(one.code)))).filter(one => !allowed.includes(one.code));
  assert.deepEqual(
    left.map(one => `${one.code} ${one.contexts} ${one.message}`),
    [],
    printed.join('\n'),
  );
};

test('every code is cured by what it prints, or says why nothing can', () => {
  assert.deepEqual(Object.keys(cures).sort(), checks.map(({ code }) => code).sort());
  for (const [code, { cases = {}, real = [], reason }] of Object.entries(cures))
    assert.ok(Object.keys(cases).length + real.length > 0 || (reason ?? '').length > 10, code);
});
test('a code that prints a fix is pasted here', () => {
  const root = join(import.meta.dirname, 'checks');
  const untried = readdirSync(root).flatMap(code => {
    const { findings } = runChecks(checks, readFixture(join(root, code, 'broken')));
    return findings
      .filter(one => one.remedies.some(({ label }) => label === 'fix') && (cures[one.code]?.cases ?? cures[one.code]?.real) === undefined)
      .map(one => one.code);
  });
  assert.deepEqual(untried, []);
});
for (const [code, { cases = {} }] of Object.entries(cures))
  for (const [name, one] of Object.entries(cases))
    test(`${code}, ${name}: its printed fix, pasted, cures it`, { timeout: 60_000 }, () => tried(code, one));
