import { connectionCheck } from './connection-check.ts';
import { createAgain } from './create-again.ts';

export const proxyAndTlsWork = connectionCheck({
  code: 'KC307',
  title: 'every proxy and TLS hand-shake works',
  cure: 'correct the proxy or the address',
  fix: createAgain(),
  causes: ['proxy', 'not-tls', 'tls-version', 'client-certificate', 'tls'],
});
