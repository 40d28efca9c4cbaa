import { isLive } from '../kube/kinds.ts';
import { resourceHashAnnotation, secretHashAnnotation } from '../operator/hash.ts';
import { effectiveContext } from '../operator/references.ts';
import { fleetCheck } from './check.ts';

const strip = (file: string): readonly string[] => [
  ...['kubectl', 'annotate', '--local', '-f', file, '-o', 'yaml'],
  ...[`${resourceHashAnnotation}-`, `${secretHashAnnotation}-`],
];

/** A ClientConfig whose hashes are right already is no reason to restart; clientconfig_controller.go:43. */
export const manifestsCarryNoHashes = fleetCheck({
  code: 'KC211',
  title: "no ClientConfig manifest carries the operator's hashes",
  severity: 'error',
  why: 'a running operator takes it for a context that it has loaded, and does not load it until something else restarts it',
  cure: `remove the annotations ${resourceHashAnnotation} and ${secretHashAnnotation} from the manifest`,
  fix: () => strip('FILE'),
  needs: ['clientConfigs'],
  *run({ clientConfigs }, { source, places }) {
    if (source !== 'manifests') return;
    for (const config of clientConfigs) {
      const carried = [resourceHashAnnotation, secretHashAnnotation].filter(name => config.metadata.annotations?.[name] !== undefined);
      const [first] = carried;
      if (first === undefined || isLive(config)) continue;
      yield {
        context: effectiveContext(config),
        object: {
          kind: 'ClientConfig',
          namespace: config.metadata.namespace ?? '',
          name: config.metadata.name,
          field: `metadata.annotations.${first}`,
        },
        fix: () => strip(places.get(`ClientConfig/${config.metadata.namespace}/${config.metadata.name}`)?.file ?? 'FILE'),
        message: `its ClientConfig manifest carries ${carried.join(' and ')}`,
      };
    }
  },
});
