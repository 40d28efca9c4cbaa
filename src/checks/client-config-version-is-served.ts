import { apiVersion, kinds } from '../kube/kinds.ts';
import { effectiveContext } from '../operator/references.ts';
import { fleetCheck } from './check.ts';
import { said } from './remedies.ts';

const servedVersion = apiVersion(kinds.clientConfig);
/** config.k8ssandra.io/v1alpha1 is in old documentation only; k8ssandra.io/v1alpha1 ended before 1.0. */
export const clientConfigVersionIsServed = fleetCheck({
  code: 'KC210',
  title: 'every ClientConfig manifest has the apiVersion that is served',
  background: {
    read: 'apiVersion of the ClientConfig manifests',
    causes: ['an example from documentation that names v1alpha1'],
    prevent: 'check manifests in the pipeline with contexts check -f',
    related: ['KC113', 'KC605'],
  },
  severity: 'error',
  why: 'the API server refuses it, no matches for kind "ClientConfig", so the context is never provided',
  cure: `write apiVersion: ${servedVersion}`,
  remedies: said(`write apiVersion: ${servedVersion}`),
  needs: ['clientConfigs'],
  *run({ clientConfigs }) {
    for (const config of clientConfigs) {
      // The items of an API's list carry none.
      if (config.apiVersion === undefined || config.apiVersion === servedVersion) continue;
      yield {
        context: effectiveContext(config),
        object: { kind: 'ClientConfig', namespace: config.metadata.namespace, name: config.metadata.name, field: 'apiVersion' },
        message: `its ClientConfig has apiVersion ${config.apiVersion}, which is not served`,
      };
    }
  },
});
