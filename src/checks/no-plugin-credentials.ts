import { contextCheck } from './check.ts';
import { created } from './remedies.ts';

export const noPluginCredentials = contextCheck({
  code: 'KC204',
  title: 'no stored kubeconfig needs a plugin',
  background: {
    read: 'the user of the stored kubeconfig; no plugin is run',
    causes: ['the kubeconfig of a person was stored: EKS, GKE and AKS write plugins into it'],
    prevent: "let clientconfig create store the token of the operator's service account instead",
    related: ['KC208', 'KC402'],
  },
  severity: 'error',
  about: 'Secret',
  why: "the operator's image holds no plugin: it loads, then every request fails and it stops after two minutes",
  cure: "create the ClientConfig again: it stores the service account's token",
  remedies: created(),
  inFile: "give the user a token of the service account of the data plane's operator",
  needs: ['stored'],
  *run({ stored }) {
    // A token wins over a plugin; client-go transport and rest/exec.
    if (stored.token !== undefined) return;
    const plugin = stored.auth.find(one => one === 'exec' || one === 'auth-provider');
    if (plugin !== undefined)
      yield {
        message: `its user authenticates with ${plugin === 'exec' ? 'an exec plugin' : 'an auth-provider'}, which was not run`,
        blocksStart: true,
      };
  },
});
