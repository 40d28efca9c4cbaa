import { isLive } from '../kube/kinds.ts';
import { resourceHashAnnotation, secretHashAnnotation } from '../operator/hash.ts';
import { effectiveContext } from '../operator/references.ts';
import { fleetCheck } from './check.ts';
import { said } from './remedies.ts';

/** A ClientConfig whose hashes are right already is no reason to restart; clientconfig_controller.go:43. */
export const manifestsCarryNoHashes = fleetCheck({
  code: 'KC211',
  title: "no ClientConfig manifest carries the operator's hashes",
  background: {
    read: 'the annotations of the ClientConfig manifests',
    causes: ['the manifest was exported with kubectl get -o yaml'],
    prevent: 'export with clientconfig export, which leaves these annotations out',
    related: ['KC602', 'KC603'],
  },
  severity: 'error',
  why: 'a running operator takes it for a context that it has loaded, and does not load it until something else restarts it',
  cure: `remove the annotations ${resourceHashAnnotation} and ${secretHashAnnotation} from the manifest`,
  remedies: said('remove those annotations from the manifest'),
  needs: ['clientConfigs'],
  *run({ clientConfigs }, { source }) {
    if (source !== 'manifests') return;
    for (const config of clientConfigs) {
      const hashAnnotations = [resourceHashAnnotation, secretHashAnnotation].filter(
        name => config.metadata.annotations?.[name] !== undefined,
      );
      const [first] = hashAnnotations;
      if (first === undefined || isLive(config)) continue;
      yield {
        context: effectiveContext(config),
        object: {
          kind: 'ClientConfig',
          namespace: config.metadata.namespace,
          name: config.metadata.name,
          field: `metadata.annotations.${first}`,
        },
        message: `its ClientConfig manifest carries ${hashAnnotations.join(' and ')}`,
      };
    }
  },
});
