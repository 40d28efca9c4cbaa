import { annotation } from '../kube/annotations.ts';
import { unroutable, withoutUser } from '../kube/kubeconfig/url.ts';
import { contextCheck } from './check.ts';
import { createAgain } from './create-again.ts';

export const serverIsRoutable = contextCheck({
  code: 'KC203',
  title: "every server's address means the same in the operator's pod",
  severity: 'error',
  why: 'the operator dials the address from inside its own pod, where nothing answers there',
  cure: 'create the ClientConfig again with an address that the control plane reaches',
  fix: createAgain('--server', 'https://<address>'),
  needs: ['stored', 'secret'],
  *run({ stored: { server }, secret: { annotations } }) {
    const why = unroutable(server);
    if (why === undefined) return;
    // Somebody lifted this refusal by name when the ClientConfig was created.
    const allowed = annotations[annotation.allowed]?.split(',').includes('loopback') === true;
    yield {
      ...(allowed ? {} : { cause: "the addresses of their servers mean something else in the operator's pod" }),
      message: allowed ? `its server is ${why}, as was allowed when it was created` : `its server ${withoutUser(server)} is ${why}`,
      ...(allowed ? { severity: 'info' as const } : {}),
    };
  },
});
