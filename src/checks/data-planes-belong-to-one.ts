import type { OwnSecret } from '../fleet/own-secrets.ts';
import { accepts } from '../kube/annotations.ts';
import { contextCheck, type Found } from './check.ts';
import { lookedAt, rotated, said, several } from './remedies.ts';

/** Every token Secret carries the uid of the control plane that it was made for; src/kube/annotations.ts. */
export const dataPlanesBelongToOne = contextCheck({
  code: 'KC513',
  title: 'every data plane belongs to one control plane',
  background: {
    read: 'the Secrets beside the service account of the stored token that carry the label app.kubernetes.io/managed-by=kubectl-k8ssandra, with the uid of the control plane that each was made for',
    causes: ['the control plane was moved, and the old one still has its tokens', 'two teams have registered the same data plane'],
    prevent: 'remove the contexts from the old control plane with clientconfig delete when it is given up',
    related: ['KC505', 'KC406', 'KC106'],
  },
  severity: 'warning',
  about: 'server',
  why: 'two control planes may create, change and delete the same datacenters there, and copy Secrets over each other',
  cure: 'remove the ClientConfig from the other control plane; where that one is gone, delete its token Secrets in the data plane',
  remedies: several(
    said('remove the ClientConfig from the other control plane; where that one is gone, delete these Secrets in the data plane'),
    lookedAt('get', 'secrets', '-A', '-l', 'app.kubernetes.io/managed-by=kubectl-k8ssandra'),
  ),
  needs: ['ownTokens', 'ownership', 'holdings'],
  helps: ['secret'],
  *run({ ownTokens, ownership, holdings, secret: secretFact }) {
    const accepted = secretFact.ok && accepts(secretFact.value.annotations, 'other-control-plane');
    const held = (secret: OwnSecret): boolean => holdings.tokens.has(`${secret.namespace}/${secret.name}`);
    for (const secret of ownTokens) if (held(secret) && ownership(secret) === 'another') yield { ...broughtAlong(secret), accepted };
    const liveTokens = ownTokens.filter(secret => !secret.deleting && !held(secret));
    for (const [mark, secrets] of Map.groupBy(liveTokens, ({ controlPlane }) => controlPlane)) {
      const [first] = secrets;
      if (mark === undefined || first === undefined || ownership(first) === 'ours') continue;
      const where = `${secrets.length === 1 ? 'token Secret' : `${secrets.length} token Secrets, as`} ${first.namespace}/${first.name}`;
      const whose = first.clientConfig === undefined ? '' : `, for ClientConfig ${first.clientConfig}`;
      const object = { kind: 'Secret', namespace: first.namespace, name: first.name };
      if (ownership(first) === 'another')
        yield {
          object,
          cause: 'other control planes have tokens there too',
          message: `another control plane (kube-system uid ${mark}) has a token there too: ${where}${whose}`,
          accepted,
        };
      else if (mark.includes('://'))
        yield {
          object,
          cause: 'control planes that are known by their addresses have tokens there',
          message: `a control plane at ${mark} has a token there: ${where}${whose}; it may be this one under another address`,
          severity: 'info',
        };
      else
        yield {
          object,
          cause: 'tokens there are marked with what is neither a uid nor an address',
          message: `a token there is marked with what is neither the uid of a control plane nor its address: ${where}${whose}`,
          severity: 'info',
        };
    }
  },
});
/** In use here since an import or a restored backup: without it the operator is not let in, so it must not be deleted as that of a stranger. */
const broughtAlong = ({ namespace, name, controlPlane }: OwnSecret): Found => ({
  object: { kind: 'Secret', namespace, name },
  cause: 'their tokens were made for other control planes',
  message: `the token in use, ${namespace}/${name} there, was made for another control plane (kube-system uid ${controlPlane ?? ''}), which may still use it`,
  remedies: rotated(),
});
