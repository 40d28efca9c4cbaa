import { accepts } from '../kube/annotations.ts';
import { contextCheck } from './check.ts';
import { trusted } from './remedies.ts';

/** Go takes the roots of the system where no CA is given, and for the operator that is its image; crypto/x509 root_linux.go. */
export const storedKubeconfigNamesItsCa = contextCheck({
  code: 'KC212',
  title: 'every stored kubeconfig holds the CA of its server',
  background: {
    read: "certificate-authority-data of the stored kubeconfig, and the operator's own request counters, which prove that it is answered",
    causes: [
      'the kubeconfig was written for a server with a certificate of a public CA',
      'the CA was left out when the Secret was written by hand',
    ],
    prevent: 'let clientconfig create store the CA that the server shows itself to be signed by',
    related: ['KC206', 'KC304'],
  },
  severity: 'warning',
  about: 'Secret',
  why: 'without one the operator trusts only what its own image trusts, and what this machine trusts proves nothing about that',
  cure: 'update the ClientConfig with the CA of that server, out of your own context of that data plane',
  remedies: trusted,
  inFile: 'write certificate-authority-data',
  needs: ['stored'],
  helps: ['tls', 'vantage', 'loaded', 'secret'],
  *run({ stored: { caPem, caFile, insecure, server }, tls, vantage, loaded, secret }) {
    if (caPem !== undefined || caFile !== undefined || insecure || !/^https:/i.test(server)) return;
    // A certificate of no public CA has a finding of its own.
    if (tls.ok && tls.value.status === 'fail' && tls.value.cause === 'unknown-ca') return;
    const proven = vantage.ok && vantage.value.status === 'reached' && loaded.ok && loaded.value === 'current';
    if (!proven)
      yield {
        message: 'its kubeconfig holds no CA, and whether the image of the operator trusts its server is not known',
        accepted: secret.ok && accepts(secret.value.annotations, 'system-ca'),
      };
  },
});
