/** A request that is put to two servers, and how much of the answers must be equal. */
export interface Exchange {
  readonly name: string;
  /** `admin`, a service account of the namespace by name, `nobody` for no token, `stranger` for one that is nobody's */
  readonly as?: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly accept?: string;
  readonly contentType?: string;
  /** asked again until this holds: a controller has work to do */
  readonly until?: (answer: { readonly status: number; readonly body: unknown }) => boolean;
  /** keeps a value of the answer under a name, for `$name` in later paths and bodies */
  readonly keep?: Readonly<Record<string, string>>;
  /** the fake server may say less: every field that it says must be there */
  readonly less?: boolean;
}

const namespace = 'exchanges';
const core = `/api/v1/namespaces/${namespace}`;
const config = `/apis/config.k8ssandra.io/v1beta1/namespaces/${namespace}/clientconfigs`;
const cluster = `/apis/k8ssandra.io/v1alpha1/namespaces/${namespace}/k8ssandraclusters`;
const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
const apply = 'application/apply-patch+yaml';
const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied', namespace, labels: { a: 'b' } }, data: { a: 'b' } };
const merge = 'application/merge-patch+json';
const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const secret = (name: string, more: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, ...metadata },
  data: { key: 'dmFsdWU=' },
  ...more,
});
const clientConfig = (name: string, spec: unknown, metadata: object = {}) => ({
  apiVersion: 'config.k8ssandra.io/v1beta1',
  kind: 'ClientConfig',
  metadata: { name, namespace, ...metadata },
  spec,
});
const get = (name: string, path: string, more: Partial<Exchange> = {}): Exchange => ({ name, path, ...more });
const send =
  (method: string) =>
  (name: string, path: string, body: unknown, more: Partial<Exchange> = {}): Exchange => ({
    name,
    method,
    path,
    body,
    ...more,
  });
const post = send('POST');
const put = send('PUT');
const patch = send('PATCH');
const remove = (name: string, path: string, body?: unknown, more: Partial<Exchange> = {}): Exchange => ({
  name,
  method: 'DELETE',
  path,
  ...(body === undefined ? {} : { body }),
  ...more,
});
const tokenSecret = (name: string, account: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, annotations: { 'kubernetes.io/service-account.name': account } },
  type: 'kubernetes.io/service-account-token',
});

const discovery: readonly Exchange[] = [
  get('version', '/version', { less: true }),
  get('readyz', '/readyz'),
  get('core versions', '/api', { less: true }),
  get('core resources', '/api/v1', { less: true }),
  get('groups', '/apis', { less: true }),
  get('groups with their resources', '/apis', { accept: aggregated, less: true }),
  get('one group', '/apis/config.k8ssandra.io'),
  get('resources of a group', '/apis/config.k8ssandra.io/v1beta1'),
  get('resources of a group with status', '/apis/k8ssandra.io/v1alpha1'),
  get('resources of apps', '/apis/apps/v1', { less: true }),
  get('no such group', '/apis/nope.example.com/v1'),
  get('no such version', '/apis/config.k8ssandra.io/v1'),
  get('no such resource', '/apis/config.k8ssandra.io/v1beta1/nopes'),
  get('no such core resource', '/api/v1/nopes'),
  get('no such path', '/nope'),
];
const creating: readonly Exchange[] = [
  post('a namespace', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
  post('the namespace again', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
  get('the namespace', `/api/v1/namespaces/${namespace}`),
  post('a Secret', `${core}/secrets`, secret('one')),
  post('the Secret again', `${core}/secrets`, secret('one')),
  post('without apiVersion and kind', `${core}/secrets`, { metadata: { name: 'bare' } }),
  post('in no namespace', '/api/v1/namespaces/nowhere/secrets', { metadata: { name: 'x' } }),
  post('in another namespace than it says', `${core}/secrets`, secret('x', {}, { namespace: 'default' })),
  post('of another kind', `${core}/secrets`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }),
  post('of another version', `${core}/secrets`, { apiVersion: 'v2', kind: 'Secret', metadata: { name: 'x' } }),
  post('with a name that is none', `${core}/secrets`, secret('A_b')),
  post('without a name', `${core}/secrets`, { apiVersion: 'v1', kind: 'Secret', metadata: {} }),
  post('with a beginning of a name', `${core}/secrets`, { apiVersion: 'v1', kind: 'Secret', metadata: { generateName: 'drawn-' } }),
  post('with data that is no base64', `${core}/secrets`, secret('x', { data: { key: '%%%' } })),
  post('with data that is no text', `${core}/secrets`, secret('x', { data: { key: 1 } })),
  post('with a label that is no text', `${core}/secrets`, secret('x', {}, { labels: { a: 1 } })),
  post('with plain data', `${core}/secrets`, secret('plain', { stringData: { more: 'text' } })),
  post('with a field that is unknown', `${core}/secrets`, secret('loose', { nope: 1 })),
  post('with an unknown field, strictly', `${core}/secrets?fieldValidation=Strict`, secret('strict', { nope: 1 })),
  post('as a dry run', `${core}/secrets?dryRun=All`, secret('dry')),
  get('which leaves nothing', `${core}/secrets/dry`),
  post('as a dry run of some kind', `${core}/secrets?dryRun=Some`, secret('dry')),
  post('at a name', `${core}/secrets/one`, secret('one')),
  post('with a resourceVersion', `${core}/secrets`, secret('versioned', {}, { resourceVersion: '1' })),
  post('a ClientConfig', config, clientConfig('one', { contextName: 'one', kubeConfigSecret: { name: 'one' } })),
  post('a ClientConfig without a Secret', config, clientConfig('two', { kubeConfigSecret: {} })),
  post('a ClientConfig with a number for a name', config, clientConfig('x', { contextName: 1 })),
  post('a ClientConfig with a text for a reference', config, clientConfig('x', { kubeConfigSecret: 'x' })),
  post('a ClientConfig with an unknown field', config, clientConfig('three', { contextName: 'three' }, { annotations: { a: 'b' } })),
  post('a ClientConfig with an unknown field, strictly', `${config}?fieldValidation=Strict`, { ...clientConfig('x', {}), nope: 1 }),
  post('a ClientConfig of another version', config, { ...clientConfig('x', {}), apiVersion: 'config.k8ssandra.io/v1alpha1' }),
  post('a ClientConfig with a name that is none', config, clientConfig('A_b', {})),
];
const reading: readonly Exchange[] = [
  get('a Secret', `${core}/secrets/one`, { keep: { uid: 'metadata.uid', version: 'metadata.resourceVersion' } }),
  get('a Secret that is not there', `${core}/secrets/none`),
  get('a ClientConfig that is not there', `${config}/none`),
  get('a ClientConfig', `${config}/one`),
  get('all ClientConfigs', config),
  get('none of a namespace that is not there', '/api/v1/namespaces/nowhere/secrets'),
  get('a page', `${config}?limit=2`, { keep: { next: 'metadata.continue' } }),
  get('the page after it', `${config}?limit=2&continue=$next`),
  get('after a token that is none', `${config}?limit=2&continue=again`),
  get('by a label', `${core}/secrets?labelSelector=a%3Db`),
  get('by a label that is none', `${core}/secrets?labelSelector=%3D%3D`),
  get('by a name', `${core}/secrets?fieldSelector=metadata.name%3Done`),
  get('of a resourceVersion', `${core}/secrets?resourceVersion=0&fieldSelector=metadata.name%3Done`),
  get('of every namespace', '/apis/config.k8ssandra.io/v1beta1/clientconfigs'),
];
const updating: readonly Exchange[] = [
  put('with an old resourceVersion', `${core}/secrets/one`, secret('one', {}, { resourceVersion: '1' })),
  put('with another uid', `${core}/secrets/one`, secret('one', {}, { uid: 'other' })),
  put('with the resourceVersion', `${core}/secrets/one`, secret('one', {}, { resourceVersion: '$version', labels: { a: 'b' } })),
  put('with the same once more', `${core}/secrets/one`, secret('one', {}, { resourceVersion: '$version' })),
  put('without a resourceVersion', `${core}/secrets/one`, secret('one', { data: { key: 'bmV3' } })),
  put('under another name', `${core}/secrets/one`, secret('other')),
  put('what is not there', `${core}/secrets/none`, secret('none')),
  put('of another type', `${core}/secrets/one`, secret('one', { type: 'other' })),
  put('as a dry run', `${core}/secrets/one?dryRun=All`, secret('one', { data: { key: 'ZHJ5' } })),
  get('which changes nothing', `${core}/secrets/one`),
  patch('a field', `${core}/secrets/one`, { metadata: { annotations: { a: 'b' } } }, { contentType: merge }),
  patch('a field away', `${core}/secrets/one`, { metadata: { annotations: { a: null } } }, { contentType: merge }),
  patch('with an old resourceVersion', `${core}/secrets/one`, { metadata: { resourceVersion: '1' } }, { contentType: merge }),
  patch('what is not there', `${core}/secrets/none`, { metadata: {} }, { contentType: merge }),
  patch('as plain JSON', `${core}/secrets/one`, { metadata: {} }, { contentType: 'application/json' }),
  patch('operations', `${core}/secrets/one`, [{ op: 'add', path: '/metadata/labels', value: { c: 'd' } }], {
    contentType: 'application/json-patch+json',
  }),
  patch('an annotation of a ClientConfig', `${config}/one`, { metadata: { annotations: { a: 'b' } } }, { contentType: merge }),
  patch('the spec of a ClientConfig', `${config}/one`, { spec: { contextName: 'uno' } }, { contentType: merge }),
  put('a ClientConfig without a resourceVersion', `${config}/one`, clientConfig('one', { contextName: 'one' })),
  put('a ClientConfig with an old one', `${config}/one`, clientConfig('one', {}, { resourceVersion: '1' })),
  post('a cluster', cluster, {
    apiVersion: 'k8ssandra.io/v1alpha1',
    kind: 'K8ssandraCluster',
    metadata: { name: 'demo', namespace },
    spec: { cassandra: {} },
    status: { error: 'None' },
  }),
  patch('the status of a cluster', `${cluster}/demo/status`, { status: { error: 'x' }, spec: { a: 1 } }, { contentType: merge }),
  patch('a cluster, not its status', `${cluster}/demo`, { status: { error: 'y' }, spec: { b: 1 } }, { contentType: merge }),
  get('a status that its kind does not have', `${config}/one/status`),
];
const deleting: readonly Exchange[] = [
  remove('with another uid', `${core}/secrets/one`, { preconditions: { uid: 'other' } }),
  remove('with an old resourceVersion', `${core}/secrets/one`, { preconditions: { resourceVersion: '1' } }),
  remove('as a dry run', `${core}/secrets/one?dryRun=All`),
  remove('with the uid', `${core}/secrets/one`, { preconditions: { uid: '$uid' } }),
  remove('what is not there', `${core}/secrets/one`),
  remove('a ClientConfig with another uid', `${config}/two`, { preconditions: { uid: 'other' } }),
  remove('a ClientConfig', `${config}/two`),
  remove('with a dry run of some kind', `${config}/one?dryRun=Some`),
  patch('to make it', `${core}/configmaps/applied?fieldManager=test`, applied, { contentType: apply }),
  patch('to change it', `${core}/configmaps/applied?fieldManager=test`, { ...applied, data: { a: 'c' } }, { contentType: apply }),
  remove('by a label', `${core}/configmaps?labelSelector=a%3Db`),
  patch('a finalizer', `${config}/one`, { metadata: { finalizers: ['example.com/stay'] } }, { contentType: merge }),
  remove('what a finalizer holds', `${config}/one`),
  get('which stays', `${config}/one`),
  remove('it again', `${config}/one`),
  patch('its spec', `${config}/one`, { spec: { contextName: 'last' } }, { contentType: merge }),
  patch(
    'another finalizer',
    `${config}/one`,
    { metadata: { finalizers: ['example.com/stay', 'example.com/more'] } },
    { contentType: merge },
  ),
  patch('its finalizers away', `${config}/one`, { metadata: { finalizers: null } }, { contentType: merge }),
  get('which is gone', `${config}/one`),
  remove('all of them', config),
];
const account = (name: string) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
const request = (spec: object) => ({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec });
const review = (kind: string, spec: object = {}) => ({ apiVersion: 'authorization.k8s.io/v1', kind, spec });
const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const whoAmIBody = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
const rules = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
const tokens: readonly Exchange[] = [
  post('an account', `${core}/serviceaccounts`, account('reader')),
  post('a token', `${core}/serviceaccounts/reader/token`, request({ expirationSeconds: 600 }), { keep: { reader: 'status.token' } }),
  post('a token as it comes', `${core}/serviceaccounts/reader/token`, request({})),
  post('a token for too short', `${core}/serviceaccounts/reader/token`, request({ expirationSeconds: 10 })),
  post('a token of no account', `${core}/serviceaccounts/none/token`, request({})),
  post('a token Secret', `${core}/secrets`, tokenSecret('reader-token', 'reader')),
  get('which is filled', `${core}/secrets/reader-token`, {
    until: ({ body }) => (body as { data?: { token?: string } }).data?.token !== undefined,
  }),
  post('a token Secret of nobody', `${core}/secrets`, { ...tokenSecret('x', ''), metadata: { name: 'x', namespace } }),
  post('a token Secret of no account', `${core}/secrets`, tokenSecret('none-token', 'none')),
  get('which goes', `${core}/secrets/none-token`, { until: ({ status }) => status === 404 }),
  post('who am I', whoAmI, whoAmIBody, { as: 'reader' }),
  post('who is the admin', whoAmI, whoAmIBody),
  post('who is nobody', whoAmI, whoAmIBody, { as: 'nobody' }),
  post('who is a stranger', whoAmI, whoAmIBody, { as: 'stranger' }),
  post('who am I, in an old version', whoAmI.replace('v1', 'v1beta1'), { ...whoAmIBody, apiVersion: 'authentication.k8s.io/v1beta1' }),
  get('nothing for nobody', '/apis', { as: 'nobody' }),
  get('the version for nobody', '/version', { as: 'nobody', less: true }),
  get('no Secret for a stranger', `${core}/secrets`, { as: 'stranger' }),
];
const rights: readonly Exchange[] = [
  get('Secrets without rights', `${core}/secrets`, { as: 'reader' }),
  get('a Secret without rights', `${core}/secrets/plain`, { as: 'reader' }),
  get('ClientConfigs of every namespace without rights', '/apis/config.k8ssandra.io/v1beta1/clientconfigs', { as: 'reader' }),
  get('a namespace without rights', `/api/v1/namespaces/${namespace}`, { as: 'reader' }),
  get('a log without rights', `${core}/pods/x/log`, { as: 'reader' }),
  get('metrics without rights', `${core}/pods/x:8080/proxy/metrics`, { as: 'reader' }),
  remove('all Secrets without rights', `${core}/secrets`, undefined, { as: 'reader' }),
  post('an account without rights', `${core}/serviceaccounts`, account('x'), { as: 'reader' }),
  patch('a status without rights', `${cluster}/demo/status`, {}, { as: 'reader', contentType: merge }),
  get('a resource that is not there, without rights', '/apis/config.k8ssandra.io/v1beta1/nopes', { as: 'reader' }),
  post('rules without rights', rules, review('SelfSubjectRulesReview', { namespace }), { as: 'reader', less: true }),
  post('a role', `${rbac}/roles`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'reader', namespace },
    rules: [
      { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'], resourceNames: ['plain'] },
      { apiGroups: ['config.k8ssandra.io'], resources: ['*'], verbs: ['*'] },
    ],
  }),
  post('its binding', `${rbac}/rolebindings`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'reader', namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace }],
  }),
  get('the Secret that is named', `${core}/secrets/plain`, { as: 'reader', until: ({ status }) => status === 200 }),
  get('another Secret', `${core}/secrets/bare`, { as: 'reader' }),
  get('ClientConfigs', config, { as: 'reader' }),
  post('rules', rules, review('SelfSubjectRulesReview', { namespace }), { as: 'reader', less: true }),
  post('rules of no namespace', rules, review('SelfSubjectRulesReview', {}), { as: 'reader' }),
  post(
    'may I',
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    review('SelfSubjectAccessReview', {
      resourceAttributes: { namespace, verb: 'create', group: 'config.k8ssandra.io', resource: 'clientconfigs' },
    }),
    { as: 'reader', less: true },
  ),
  post(
    'may I not',
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    review('SelfSubjectAccessReview', {
      resourceAttributes: { namespace, verb: 'create', resource: 'pods' },
    }),
    { as: 'reader', less: true },
  ),
];
const endings: readonly Exchange[] = [
  remove('an account', `${core}/serviceaccounts/reader`),
  get('whose token Secret goes', `${core}/secrets/reader-token`, { until: ({ status }) => status === 404 }),
  post('a token of the gone account', `${core}/serviceaccounts/reader/token`, request({})),
];
export const exchanges: readonly (readonly [part: string, exchanges: readonly Exchange[]])[] = [
  ['discovery', discovery],
  ['creating', creating],
  ['reading', reading],
  ['updating', updating],
  ['deleting', deleting],
  ['tokens', tokens],
  ['rights', rights],
  ['endings', endings],
];
