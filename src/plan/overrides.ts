/** The named overrides of `--allow`: each lifts one refusal and no other. */
export const overrides = [
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
