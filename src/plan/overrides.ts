/** The named overrides of `--allow`, by what takes them: each lifts one refusal and no other. */
export const createOverrides = [
  'loopback',
  'duplicate-cluster',
  'other-cluster',
  'control-plane',
  'unwatched-namespace',
  'missing-access',
  'missing-crds',
  'wrong-identity',
  'insecure-tls',
  'no-operator',
  'unproven',
] as const;
export const importOverrides = ['unproven', 'unwatched-namespace', 'would-not-start'] as const;
/** Of what a deletion leaves in a data plane that is gone for good. */
export const deleteOverrides = ['unrevoked-token'] as const;
/** Of what makes the operator start again. */
export const restartOverrides = ['would-not-start'] as const;
