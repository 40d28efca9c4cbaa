import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareKubeconfigs } from '../support/compare-kubeconfigs.ts';
import { makeMaterial } from '../support/kubeconfig-material.ts';
import { kubeconfigMutants } from '../support/kubeconfig-mutants.ts';

// usage: node test/oracle/fuzz.ts [COUNT] [SEED]: what differs is kept as a fixture, and fails the run
const [count = 50_000, first = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
const piece = 5_000;
const folder = join(import.meta.dirname, 'cases', 'differed');
const material = await makeMaterial();
let differed = 0;
for (let done = 0, seed = first; done < count; done += piece, seed++) {
  const cases = kubeconfigMutants(Math.min(piece, count - done), seed, material);
  for (const { name, go, ours } of await compareKubeconfigs(cases)) {
    const found = cases.find(one => one.name === name);
    if (found === undefined) continue;
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${name.replace(/\W+/g, '-')}.json`);
    writeFileSync(file, `${JSON.stringify({ context: found.context, base64: Buffer.from(found.kubeconfig).toString('base64') })}\n`);
    console.log(`${file}\n  Go:   ${JSON.stringify(go)}\n  ours: ${JSON.stringify(ours)}`);
    differed++;
  }
  console.log(`seed ${seed}: ${Math.min(count, done + piece)} of ${count}, ${differed} differ`);
}
process.exit(differed === 0 ? 0 : 1);
