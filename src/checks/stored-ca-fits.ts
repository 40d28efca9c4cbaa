import { connectionCheck } from './connection-check.ts';
import { trusted } from './remedies.ts';
import { caWasRotated } from './stored-ca-is-the-published-one.ts';

export const storedCaFits = connectionCheck({
  code: 'KC304',
  title: 'every stored CA has signed what its server shows',
  cure: 'update the ClientConfig with the CA that fits, out of your own context of that data plane',
  remedies: trusted,
  causes: ['unknown-ca'],
  // A rotated CA has a finding of its own.
  unless: caWasRotated,
});
