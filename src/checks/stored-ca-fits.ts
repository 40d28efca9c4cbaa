import { connectionCheck } from './connection-check.ts';
import { trusted } from './remedies.ts';
import { caWasRotated } from './stored-ca-is-the-published-one.ts';

export const storedCaFits = connectionCheck({
  code: 'KC304',
  title: 'every stored CA has signed what its server shows',
  background: {
    read: 'one connection from this machine to the stored server, with TLS and before any credential is sent',
    causes: [
      'the CA was replaced, or the cluster was rebuilt under the same address',
      'a proxy or load balancer in between that ends TLS with a certificate of its own',
      'the CA of another cluster was stored',
    ],
    prevent: 'update with --ca-from-context as soon as a cluster changes its CA',
    related: ['KC309', 'KC212', 'KC305'],
  },
  cure: 'update the ClientConfig with the CA that fits, out of your own context of that data plane',
  remedies: trusted,
  causes: ['unknown-ca'],
  // A rotated CA has a finding of its own.
  unless: caWasRotated,
});
