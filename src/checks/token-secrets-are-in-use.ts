import { byHand, fix, kubectl } from '../base/advice.ts';
import { contextCheck } from './check.ts';
import { said, sourceOf } from './remedies.ts';

export const tokenSecretsAreInUse = contextCheck({
  code: 'KC406',
  title: 'every token Secret that this program made in a data plane is in use',
  background: {
    read: 'the Secrets beside the service account of the stored token that carry the label app.kubernetes.io/managed-by=kubectl-k8ssandra and are marked for this control plane',
    causes: [
      'a create or rotate was killed between the token and what is stored',
      'manifests of create -o yaml were never applied',
      'the ClientConfig was deleted with kubectl',
    ],
    prevent: 'delete contexts with clientconfig delete, and finish rotations with clientconfig rotate --resume',
    related: ['KC213', 'KC214', 'KC703'],
  },
  severity: 'warning',
  about: 'server',
  why: 'its token is good until somebody deletes the Secret, and no command here will do that any more',
  cure: 'delete that Secret in the data plane, unless a create is under way, or manifests of create -o yaml are still to be applied',
  remedies: said('delete that Secret in the data plane'),
  needs: ['ownTokens', 'ownership', 'holdings'],
  helps: ['operator'],
  *run({ ownTokens, ownership, holdings, operator }) {
    const watches = (operator.ok ? operator.value?.watches : undefined) ?? 'all';
    for (const secret of ownTokens) {
      const { namespace, name, clientConfig, deleting } = secret;
      if (deleting || ownership(secret) !== 'ours' || holdings.tokens.has(`${namespace}/${name}`)) continue;
      // It may be the one that is stored in what could not be read.
      if (clientConfig === undefined ? holdings.unknown.size > 0 : holdings.unknown.has(clientConfig)) continue;
      // Another operator of the same cluster reads that namespace: whether its ClientConfig is gone is not seen from here.
      if (clientConfig !== undefined && watches !== 'all' && !watches.includes(clientConfig.split('/')[0] ?? '')) continue;
      const whose =
        clientConfig === undefined
          ? 'was made by this program'
          : holdings.configs.has(clientConfig)
            ? `was made for ClientConfig ${clientConfig}, which holds another token`
            : `was made for ClientConfig ${clientConfig}, which does not exist`;
      yield {
        object: { kind: 'Secret', namespace, name },
        cause: 'token Secrets of this program are there that no ClientConfig uses',
        message: `token Secret ${namespace}/${name} there ${whose}`,
        remedies: scene => {
          const source = sourceOf(scene)?.name;
          return [
            source === undefined
              ? byHand(`delete Secret ${namespace}/${name} in that data plane`)
              : fix(kubectl(source, '-n', namespace, 'delete', 'secret', name)),
          ];
        },
      };
    }
  },
});
