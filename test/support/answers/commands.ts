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
  readonly without?: Without;
}

const command = (name: string, line: string, more: Partial<FuzzedCommand> = {}): FuzzedCommand => ({
  name,
  args: line.split(' '),
  from: 'registered',
  ...more,
});
/** Answers that a command does without. */
type Without = readonly (readonly [call: RegExp, prints: 'the same' | RegExp])[];
const same = (...calls: readonly RegExp[]): Without => calls.map(call => [call, 'the same'] as const);

const users = same(/k8ssandraclusters\?limit|replicatedsecrets|k8ssandratasks/);
/** Pods are looked at to know what the operator is at: no change waits for them unless it is asked to. */
const pods = same(/cp GET .*\/pods\?/);
const version = same(/cp GET \/version/);
const uid = same(/cp GET .*\/kube-system/);
/** Which operator reads it makes no difference to what is stored. */
const operators = same(/cp GET .*\/deployments\?/);
/** A second witness, for whom a right to create is needed, of what the annotations prove. */
const webhook = same(/POST .*k8ssandraclusters\?dryRun=All$/);
/** The counters of the operator, through a proxy to its pod that many a cluster does not let through: the header says who has looked. */
const counters: Without = [[/proxy\/metrics/, /seen from: here *$|"reason": "(?:unavailable|failed|not-an-api)"/m]];
/** What is there already and may serve once more, and what else tells of the data plane; kinds are asked for twice, and the first answer must come. */
const found = same(
  /dp\d GET \/apis\/[^/]+\/v1\w+$/,
  /cp GET .*\/secrets\/dp1-config/,
  /kube-root-ca/,
  /managed-by/,
  /cp GET .*\/kube-system/,
  /dp\d GET .*\/kube-system/,
);
/** A token is proven by what it may do where no one says whose it is. */
const proof: Without = [
  [/dp\d GET \/version/, /data plane answers, Kubernetes unknown/],
  [/selfsubjectreviews/, /token is unknown/],
];
/** The uids are notes in what is printed. */
const notes: Without = [
  [/cp GET .*\/kube-system/, /control-plane-uid: https:/],
  [/dp\d GET .*\/kube-system/, /^(?!.*source-cluster-uid)/s],
];
/** Who may not look for tokens that were left knows the one that was noted, and the stored credential leads there too. */
const rotating: Without = [
  ...same(/dp1 GET .*\/deployments/, /dp1 GET \/version/, /managed-by/),
  // Whatever the deletion answers, the old token is seen dead.
  [/dp1 DELETE .*\/secrets\//, /revoked 1\/1, the old token answers 401/],
  [/dp1 GET .*\/kube-system/, /with the stored credential/],
];
/** Where no operator is known, nobody is said to restart. */
const restart: Without = [[/cp GET .*\/deployments\?/, /^(?!.*will restart)/s]];
/** What is left of the renewer's rights names Secrets that are gone; so does what the revoked token alone could have read. */
const rights: Without = [
  [/\/roles\/|\/rolebindings\/|dp1 GET .*\/kube-system/, /left Role(Binding)? \S+ in \w+: whether it is there could not be read/],
];
const quiet = [...users, ...pods, ...version];

const create = 'clientconfig create --yes --from-context dp2 --allow loopback --timeout 2s';
const check = { without: [...webhook, ...counters] };
export const commands: readonly FuzzedCommand[] = [
  command('check', 'contexts check', check),
  command('check as JSON', 'contexts check -o json', check),
  // Without a right to list all Deployments or to create ConfigMaps, the namespaces in question are asked about.
  command('check for a cluster', 'contexts check --for demo', {
    without: [
      ...check.without,
      ...same(/cass-operator|controller-manager|dp1 GET \/apis\/apps\/v1\/deployments\?/, /configmaps\?dryRun=All/),
    ],
  }),
  command('contexts list', 'contexts list', { without: [...pods, ...version] }),
  command('graph', 'contexts graph -o tree', { without: [...pods, ...version] }),
  command('list', 'clientconfig list', { without: [...pods, ...version, ...uid] }),
  command('list as YAML', 'clientconfig list -o yaml', { without: [...pods, ...version, ...uid] }),
  command('describe', 'clientconfig describe dp1', { without: [...webhook, ...same(/proxy\/metrics/)] }),
  command('kubeconfig', 'clientconfig kubeconfig dp1', { without: [...quiet, ...uid, ...operators] }),
  command('create', create, { without: [...quiet, ...found, ...proof] }),
  command('create and wait', `${create} --wait`, { operator: true, without: [...quiet, ...found, ...proof] }),
  command('create again', create.replace('dp2', 'dp1'), { without: [...quiet, ...found, ...proof] }),
  command('create manifests', `${create} -o yaml`, { without: [...quiet, ...notes, ...found, ...same(/dp\d GET \/version|selfsubject/)] }),
  command('register', 'register --yes --source-context dp2 --dest-context cp --allow loopback', {
    waits: true,
    without: [...quiet, ...found, ...proof],
  }),
  command('rotate', 'clientconfig rotate dp1 --yes --timeout 3s', { operator: true, without: [...quiet, ...rotating] }),
  command('resume', 'clientconfig rotate --resume --yes --timeout 3s', {
    from: 'rotating',
    operator: true,
    without: [...quiet, ...rotating],
  }),
  command('update', 'clientconfig update --yes dp1 --server $localhost --allow loopback', {
    without: [...quiet, ...uid, ...same(/dp1 GET \/version/)],
  }),
  command('rename', 'clientconfig rename --yes dp1 eu-1', { from: 'unused', without: [...pods, ...version, ...uid, ...restart] }),
  command('delete', 'clientconfig delete dp1 --yes', {
    from: 'unused',
    // Whose the tokens are was read before anything was deleted.
    without: [...pods, ...version, ...uid, ...restart, ...rights, ...same(/managed-by/)],
  }),
  command('export', 'clientconfig export --with-secrets', { without: [...quiet, ...uid, ...operators] }),
  command('import', 'clientconfig import --yes -f $export', {
    from: 'exported',
    without: [...quiet, ...uid, ...same(/dp1 GET \/version/, /dp1 GET .*\/secrets\//)],
  }),
  command('renewer', 'clientconfig renewer --image registry.example.com/kubectl-k8ssandra:1.0.0', {
    without: [...quiet, ...uid, ...same(/configmaps\/clientconfig-renewer/)],
  }),
  command('status', 'operator status', check),
  command('restart', 'operator restart --always --yes --wait --timeout 2s', {
    operator: true,
    without: [...users, ...pods, ...version, ...uid],
  }),
  // A Tab offers what can be read.
  command('completion', '__complete clientconfig describe --kubeconfig $kubeconfig d', { without: [[/./, /^:4$/m]] }),
];
