import { endWithNpm } from './ending.ts';
import { startSandbox } from './sandbox.ts';

/** `npm run sandbox`: stays until Ctrl-C. */
endWithNpm();
if (process.env['K8SSANDRA_BINARY'] === undefined) await import('../scripts/build.ts');
const { kubeconfig, folder, bin, reachable } = await startSandbox();
const create = `kubectl k8ssandra clientconfig create --from-context east,west --wait${reachable ? '' : ' --allow loopback'}`;
console.log(`Control plane cp with a running operator, and data planes east, west and north. In another terminal:

  export KUBECONFIG=${kubeconfig}
  export PATH=${bin}:$PATH
  cd ${folder}

  ${create}
  kubectl k8ssandra contexts check
  kubectl k8ssandra operator status
  kubectl k8ssandra clientconfig rotate --all

Every command of the README works there. Ctrl-C stops all of it.`);
if (!reachable) console.log('This machine has no address but loopback, which create refuses unless --allow loopback is added.');
