import { contextCheck } from './check.ts';
import type { ContextGiven } from './facts.ts';
import { trusted } from './remedies.ts';

const certificates = (pem: string): readonly string[] =>
  [...pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g)].map(([, body = '']) =>
    body.replace(/\s/g, ''),
  );
/** The cluster publishes a CA in kube-root-ca.crt, and none of its certificates is stored. */
export const caWasRotated = ({ stored, tls, publishedCa }: ContextGiven<'stored', 'tls' | 'publishedCa'>): boolean => {
  if (!tls.ok || tls.value.status !== 'fail' || tls.value.cause !== 'unknown-ca') return false;
  const publishedCas = publishedCa.ok ? certificates(publishedCa.value ?? '') : [];
  const storedCas = certificates(stored.caPem ?? '');
  return storedCas.length > 0 && publishedCas.length > 0 && !publishedCas.some(one => storedCas.includes(one));
};

export const storedCaIsThePublishedOne = contextCheck({
  code: 'KC309',
  title: 'every stored CA is the one that its cluster publishes now',
  background: {
    read: 'the ConfigMap kube-root-ca.crt of the data plane through your own kubeconfig context, after the stored CA was refused',
    causes: ['the CA of that cluster was rotated, or the cluster was rebuilt'],
    prevent: 'update with --ca-from-context before the old CA is taken out of use',
    related: ['KC304', 'KC702'],
  },
  severity: 'error',
  about: 'Secret',
  why: 'the CA of that cluster was rotated: the operator, restarted, no longer trusts its API server and stops after two minutes, with all K8ssandraClusters',
  cure: 'update the ClientConfig with the CA that kube-root-ca.crt holds now',
  remedies: trusted,
  needs: ['stored'],
  helps: ['tls', 'publishedCa'],
  *run(facts) {
    if (caWasRotated(facts))
      yield { message: 'the stored CA is not the one that the cluster publishes now: it was rotated', blocksStart: true };
  },
});
