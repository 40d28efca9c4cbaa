/** What a command finds, and what it is: `$dp1` and the like stand for what only a world knows. */
export interface FuzzedCommand {
  readonly name: string;
  readonly args: readonly string[];
  readonly from: 'unused' | 'registered' | 'rotating' | 'exported';
  /** whether the operator runs, which is waited for */
  readonly operator?: boolean;
  /** it waits for longer than a case may take, and must let itself be interrupted */
  readonly waits?: boolean;
  /** answers that it does without: either it prints the same, or what the expression finds */
  readonly without?: readonly (readonly [call: RegExp, prints: 'the same' | RegExp])[];
}

const command = (name: string, line: string, more: Partial<FuzzedCommand> = {}): FuzzedCommand => ({
  name,
  args: line.split(' '),
  from: 'registered',
  ...more,
});
const users = /k8ssandraclusters|replicatedsecrets|k8ssandratasks/;
const pods = /cp GET .*\/pods\?/;
const version = /cp GET \/version/;
const uid = /cp GET .*\/kube-system/;
/** What the control plane is read for besides, and what makes no difference here. */
const same = (...calls: readonly RegExp[]): Partial<FuzzedCommand> => ({ without: calls.map(call => [call, 'the same'] as const) });
const create = 'clientconfig create --from-context dp2 --allow loopback --timeout 2s';
export const commands: readonly FuzzedCommand[] = [
  command('check', 'contexts check'),
  command('check as JSON', 'contexts check -o json'),
  command('check for a cluster', 'contexts check --for demo'),
  command('contexts list', 'contexts list', same(pods, version, uid)),
  command('graph', 'contexts graph -o tree', same(pods, version, uid)),
  command('list', 'clientconfig list', same(pods, version, uid)),
  command('list as YAML', 'clientconfig list -o yaml', same(pods, version, uid)),
  command('describe', 'clientconfig describe dp1', { without: [[/\/events/, /unknown: (forbidden|failed)/]] }),
  command('kubeconfig', 'clientconfig kubeconfig dp1', same(users, pods, version, uid, /deployments/)),
  command('create', create, same(users, pods, version)),
  command('create and wait', `${create} --wait`, { operator: true, ...same(users, version) }),
  command('create again', create.replace('dp2', 'dp1'), same(users, pods, version)),
  command('create manifests', `${create} -o yaml`, same(users, pods, version)),
  command('register', 'register --source-context dp2 --dest-context cp --allow loopback', { waits: true, ...same(users, pods, version) }),
  command('rotate', 'clientconfig rotate dp1 --yes --timeout 3s', { operator: true, ...same(users, version) }),
  command('resume', 'clientconfig rotate --resume --yes --timeout 3s', { from: 'rotating', operator: true, ...same(users, version) }),
  command('update', 'clientconfig update dp1 --server $localhost --allow loopback', same(users, pods, version)),
  command('rename', 'clientconfig rename dp1 eu-1', { from: 'unused', ...same(pods, version, uid) }),
  command('delete', 'clientconfig delete dp1 --yes', { from: 'unused', ...same(pods, version) }),
  command('export', 'clientconfig export --with-secrets', same(users, pods, version, uid)),
  command('import', 'clientconfig import -f $export', { from: 'exported', ...same(users, pods, version) }),
  command('renewer', 'clientconfig renewer --image registry.example.com/kubectl-k8ssandra:1.0.0', same(users, pods, version, uid)),
  command('status', 'operator status', {
    without: [
      [/\/log\?/, /last words are unknown/],
      [users, 'the same'],
      [uid, 'the same'],
    ],
  }),
  command('restart', 'operator restart --always --yes --wait --timeout 2s', { operator: true, ...same(users, version, uid) }),
  command('completion', '__complete clientconfig describe --kubeconfig $kubeconfig d', { without: [[/./, /^:4$/m]] }),
];
