import { fleetCheck } from './check.ts';
import { said } from './remedies.ts';

const quoted = (namespace: string): string => JSON.stringify(namespace);
/** strings.Split at `,`; an empty part is every namespace, and a ClientConfig that is read twice is written on twice; main.go. */
export const watchNamespaceNamesEachOnce = fleetCheck({
  code: 'KC610',
  title: 'WATCH_NAMESPACE names every namespace once, and as it is called',
  background: {
    read: 'WATCH_NAMESPACE of the operator, as the operator splits it',
    causes: ['a blank after a comma', 'a comma at the end'],
    prevent: 'write the namespaces as a list of the chart, which joins them itself',
    related: ['KC207', 'KC112'],
  },
  severity: 'warning',
  why: 'it is split at commas and nowhere else: with a blank it is a namespace of another name, of which nothing is ever read',
  cure: 'write WATCH_NAMESPACE as ns1,ns2 without blanks, empty parts or repetitions (global.watchNamespaces of the Helm chart)',
  remedies: said('set the watched namespaces again with Helm (global.watchNamespaces), without blanks, empty parts or repetitions'),
  needs: ['operator', 'clientConfigs'],
  *run({ operator, clientConfigs }) {
    if (operator === undefined) return;
    const object = { kind: 'Deployment', namespace: operator.namespace, name: operator.name };
    const { reads, watches } = operator;
    const paddedNames = watches === 'all' ? [] : watches.filter(one => one.trim() !== one);
    if (paddedNames.length > 0)
      yield { object, message: `WATCH_NAMESPACE names ${paddedNames.map(quoted).join(', ')}, which no namespace is called` };
    if (reads === undefined) return;
    const times = (namespace: string): number => reads.filter(one => one === '' || one === namespace).length;
    const doubleReads = clientConfigs.filter(({ metadata }) => times(metadata.namespace) > 1);
    const [first] = doubleReads;
    yield {
      object,
      message: `WATCH_NAMESPACE ${quoted(reads.join(','))} ${reads.includes('') ? 'has an empty part, which is every namespace' : 'names a namespace twice'}`,
      ...(first === undefined
        ? {
            effect:
              'as soon as there is a ClientConfig that it reads twice, the operator exits at once of the conflict that it makes with itself',
          }
        : {
            effect: `the operator reads ClientConfig ${first.metadata.namespace}/${first.metadata.name} twice and exits at once of the conflict that it makes with itself`,
            severity: 'error',
            blocksStart: true,
            atOnce: true,
          }),
    };
  },
});
