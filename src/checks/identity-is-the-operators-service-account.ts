import { contextCheck } from './check.ts';
import { createAgain } from './create-again.ts';

export const identityIsTheOperatorsServiceAccount = contextCheck({
  code: 'KC402',
  title: 'every stored credential is a service account of its own rights',
  severity: 'warning',
  why: 'a personal or cluster-admin credential hides missing rights, and gives the control plane more power over the data plane than it needs',
  cure: "create the ClientConfig again: it stores the token of the operator's service account",
  fix: createAgain(),
  *run({ name, probe: { identity } }) {
    if (identity.status !== 'pass') return;
    const { username, groups } = identity.value;
    const admin = groups.includes('system:masters');
    if (username.startsWith('system:serviceaccount:') && !admin) return;
    yield { context: name, message: `the API knows the credential as ${username}${admin ? ' of system:masters' : ''}` };
  },
});
