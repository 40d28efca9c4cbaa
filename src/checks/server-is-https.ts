import { shownUrl } from '../kube/kubeconfig/url.ts';
import { contextCheck } from './check.ts';
import { overHttps } from './remedies.ts';

/** client-go reads credentials only for https; client_config.go ClientConfig(). */
export const serverIsHttps = contextCheck({
  code: 'KC209',
  title: 'every stored server is https',
  background: {
    read: 'the scheme of the stored server',
    causes: ['the address was typed without https://, or with http://'],
    prevent: 'copy the address from the kubeconfig of that cluster',
    related: ['KC203', 'KC208'],
  },
  severity: 'error',
  about: 'server',
  why: 'the operator silently drops the credential and calls as anonymous: it stops after two minutes',
  cure: 'update the ClientConfig with the https address',
  remedies: overHttps,
  inFile: 'write the https address',
  needs: ['stored'],
  *run({ stored: { server } }) {
    if (server.startsWith('http://')) yield { message: `its server ${shownUrl(server)} is plain http`, blocksStart: true };
  },
});
