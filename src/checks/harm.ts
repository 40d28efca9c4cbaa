import { byText } from '../base/text.ts';
import type { Inventory } from '../fleet/inventory.ts';
import { releaseOf } from '../operator/releases.ts';
import type { Check, Found } from './check.ts';
import { type Finding, type Harm, harms } from './report.ts';

/** Data before the operator, the operator at once before after its two minutes, and then the severity. */
export const harmOf = (check: Check, found: Found, { controlPlane }: Inventory): Harm => {
  if (found.accepted === true) return 'info';
  const severity = found.severity ?? check.severity;
  if (check.losesData === true && severity === 'error') return 'losesData';
  if (found.blocksStart !== true) return severity;
  return found.atOnce === true || (clusterCodes.test(check.code) && releaseOf(controlPlane.operator?.version).diesAtOnce)
    ? 'stopsStart'
    : 'stopsLate';
};
/** What is stored, the way to the server and the credential: old releases find them wrong as soon as they make a client. */
const clusterCodes = /^KC[234]/;

const lateStop = 'stops after two minutes';
const sayings: readonly (readonly [string, string])[] = [
  [`cannot fill its caches from that cluster and ${lateStop}`, 'does not get the kinds of that cluster and exits at once'],
  [lateStop, 'exits at once'],
];
/** What follows from a finding, as the release that runs has it; where that is not known it is said to be what another does. */
export const effectIn = (effect: string, harm: Harm, { controlPlane: { operator } }: Inventory): string => {
  if (operator === undefined || !effect.includes(lateStop)) return effect;
  const [saying, instead] = sayings.find(([text]) => effect.includes(text)) ?? [lateStop, lateStop];
  if (harm === 'stopsStart') return effect.replace(saying, instead);
  const { standing, tags } = releaseOf(operator.version);
  return standing === 'known' ? effect : `${effect} (as ${tags.at(-1)} does: what ${operator.version ?? 'this release'} does is not known)`;
};

/** The most harm first; among equals the order of the codes. */
export const byHarm = (a: Finding, b: Finding): number =>
  harms.indexOf(a.harm) - harms.indexOf(b.harm) ||
  Number(b.blocksStart) - Number(a.blocksStart) ||
  byText(a.code, b.code) ||
  byText(a.fingerprint, b.fingerprint);
