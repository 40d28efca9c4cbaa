import { usage } from '../base/errors.ts';
import { proxyFault, serverFault } from '../kube/kubeconfig/address.ts';
import { shownUrl } from '../kube/kubeconfig/url.ts';

interface Addresses {
  readonly server?: string | undefined;
  readonly 'proxy-url'?: string | undefined;
}
/** Refuses what the operator would not take for an address, or take for another one than is meant. An empty proxy takes it away. */
export const refuseAddresses = ({ server, 'proxy-url': proxyUrl }: Addresses): void => {
  const serverProblem = server === undefined ? undefined : serverFault(server);
  if (server !== undefined && serverProblem !== undefined)
    throw usage(`--server does not take "${shownUrl(server)}": ${serverProblem}`, 'pass it as in --server https://host:6443');
  const proxyProblem = proxyUrl === undefined || proxyUrl === '' ? undefined : proxyFault(proxyUrl);
  if (proxyUrl !== undefined && proxyProblem !== undefined)
    throw usage(`--proxy-url does not take "${shownUrl(proxyUrl)}": ${proxyProblem}`, 'pass it as in --proxy-url http://host:3128');
};
