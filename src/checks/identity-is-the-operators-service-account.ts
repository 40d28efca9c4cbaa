import { accepts } from '../kube/annotations.ts';
import { contextCheck } from './check.ts';
import { created } from './remedies.ts';

export const identityIsTheOperatorsServiceAccount = contextCheck({
  code: 'KC402',
  title: 'every stored credential is a service account of its own rights',
  background: {
    read: "who the API server says the credential is, and the service account of the operator's Deployment in that cluster",
    causes: ['the kubeconfig of a person was stored', 'the service account of something else was named with --service-account'],
    prevent: 'let clientconfig create find the service account of the operator',
    related: ['KC204', 'KC501'],
  },
  severity: 'warning',
  about: 'Secret',
  why: 'a personal or cluster-admin credential hides missing rights, and gives the control plane more power over the data plane than it needs',
  cure: "create the ClientConfig again: it stores the token of the operator's service account",
  remedies: created(),
  needs: ['identity'],
  helps: ['access', 'dataPlaneOperators', 'secret'],
  *run({ identity, access, dataPlaneOperators, secret }) {
    if (identity.status !== 'pass') return;
    const { username, groups } = identity.value;
    const power = groups.includes('system:masters')
      ? ' of system:masters'
      : access.ok && access.value.admin === true
        ? ', which may do everything'
        : '';
    const accounts = dataPlaneOperators.ok
      ? dataPlaneOperators.value.map(one => `system:serviceaccount:${one.namespace}:${one.serviceAccount}`)
      : [];
    const another = accounts.length > 0 && !accounts.includes(username);
    if (username.startsWith('system:serviceaccount:') && power === '' && !another) return;
    yield {
      message: `the API knows the credential as ${username}${power}${another ? `; its operator runs as ${accounts.join(', ')}` : ''}`,
      accepted: secret.ok && accepts(secret.value.annotations, 'wrong-identity'),
    };
  },
});
