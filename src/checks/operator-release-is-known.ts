import { releaseOf } from '../operator/releases.ts';
import { fleetCheck } from './check.ts';
import { said } from './remedies.ts';

export const operatorReleaseIsKnown = fleetCheck({
  code: 'KC609',
  title: 'the operator is of a release that this program knows',
  background: {
    read: "the tag of the operator's image",
    causes: ['an image by digest, or of a registry that renames tags', 'an operator that is newer than this program'],
    prevent: 'keep the tag of the release in the name of the image',
    related: ['KC606'],
  },
  severity: 'info',
  why: 'what a release needs to start differs between releases: an unknown one is judged as the newest known one is',
  cure: 'use a version of this program that is at least as new as the operator, and an image whose tag names its release',
  remedies: said('use a newer version of kubectl-k8ssandra, or an image of the operator whose tag names its release'),
  needs: ['operator'],
  *run({ operator }) {
    if (operator === undefined) return;
    const { standing, tags } = releaseOf(operator.version);
    if (standing === 'known') return;
    const judgedAs = `it is judged as ${tags.at(-1)} is`;
    yield {
      object: { kind: 'Deployment', namespace: operator.namespace, name: operator.name },
      message:
        standing === 'newer'
          ? `the operator is ${operator.version}, which is newer than what this program knows: ${judgedAs}`
          : `the image of the operator does not tell a release that this program knows (${operator.version ?? 'it has no tag'}): ${judgedAs}`,
    };
  },
});
