import { fix, kubectl, ours } from '../base/advice.ts';
import { fleetCheck } from './check.ts';
import { said } from './remedies.ts';

export const kubeconfigSecretsAreNamed = fleetCheck({
  code: 'KC213',
  title: 'every kubeconfig Secret that this program made has its ClientConfig',
  background: {
    read: 'the Secrets in the watched namespaces that carry the label app.kubernetes.io/managed-by=kubectl-k8ssandra, and the ClientConfigs',
    causes: [
      'the ClientConfig was deleted with kubectl, which leaves its Secret and its token',
      'clientconfig delete was cut short',
      'the ClientConfig of a GitOps repository is not applied yet',
    ],
    prevent: 'delete contexts with clientconfig delete, which takes the Secret and the token too',
    related: ['KC201', 'KC214', 'KC406'],
  },
  severity: 'warning',
  why: 'nobody uses it, and the credential in it opens a data plane to everybody who may read Secrets here',
  cure: 'delete the Secret, and with it the token in the data plane: clientconfig delete does both',
  remedies: said('delete the Secret, and the token in the data plane with it'),
  needs: ['ownSecrets', 'holdings', 'clientConfigCrd'],
  helps: ['ownership'],
  *run({ ownSecrets, holdings, clientConfigCrd, ownership }) {
    // Without the kind nothing can name a Secret, and that is a finding of its own.
    if (!clientConfigCrd) return;
    for (const secret of ownSecrets) {
      const { namespace, name, clientConfig, deleting, holds } = secret;
      if (holds !== 'kubeconfig' || holdings.secrets.has(`${namespace}/${name}`)) continue;
      const left = clientConfig !== undefined && !holdings.configs.has(clientConfig);
      const deleteCommand =
        left && ownership.ok && ownership.value(secret) === 'ours' ? ours('clientconfig delete', [clientConfig]) : undefined;
      yield {
        object: { kind: 'Secret', namespace, name },
        cause: 'Secrets of this program hold kubeconfigs, and no ClientConfig names them',
        message: `Secret ${namespace}/${name} holds a kubeconfig and no ClientConfig names it${
          deleting ? `: a deletion of ${clientConfig ?? 'its ClientConfig'} was cut short` : left ? `: ${clientConfig} does not exist` : ''
        }`,
        remedies: () => [fix(deleteCommand ?? kubectl(undefined, '-n', namespace, 'delete', 'secret', name))],
      };
    }
  },
});
