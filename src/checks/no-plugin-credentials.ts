import { contextCheck } from './check.ts';
import { createAgain } from './create-again.ts';

export const noPluginCredentials = contextCheck({
  code: 'KC204',
  title: 'no stored kubeconfig needs a plugin',
  severity: 'error',
  why: "the operator's image holds no plugin: it loads, then every request fails and it stops after two minutes",
  cure: "create the ClientConfig again: it stores the service account's token",
  fix: createAgain(),
  *run({ name, stored }) {
    const plugin = stored?.ok === true ? stored.value.auth.find(one => one === 'exec' || one === 'auth-provider') : undefined;
    if (plugin !== undefined)
      yield {
        context: name,
        message: `its user authenticates with ${plugin === 'exec' ? 'an exec plugin' : 'an auth-provider'}, which was not run`,
        blocksStart: true,
      };
  },
});
