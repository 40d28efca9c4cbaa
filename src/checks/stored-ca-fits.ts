import { connectionCheck } from './connection-check.ts';
import { createAgain } from './create-again.ts';
import { caWasRotated } from './stored-ca-is-the-published-one.ts';

export const storedCaFits = connectionCheck({
  code: 'KC304',
  title: 'every stored CA has signed what its server shows',
  cure: 'create the ClientConfig again: it finds the CA that fits',
  fix: createAgain(),
  causes: ['unknown-ca'],
  // A rotated CA has a finding of its own.
  unless: caWasRotated,
});
