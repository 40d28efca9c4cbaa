import type { Sentence } from '../base/advice.ts';
import { UserError } from '../base/errors.ts';
import { shownUrl } from '../kube/kubeconfig/url.ts';

/** The commands that refuse something which `--allow` lifts. */
export type Refuser = 'create' | 'update' | 'rotate' | 'import' | 'delete';

/** What each refusal is about: enough to say what is refused, and where. */
interface Subjects {
  readonly loopback: { readonly server: string; readonly of: string; readonly why: string };
  readonly 'system-ca': { readonly server: string /** by a flag of this run, or in the user's own kubeconfig */; readonly named: boolean };
  readonly 'insecure-tls': { readonly server: string };
  readonly 'duplicate-cluster': { readonly provider: string };
  readonly 'other-cluster': { readonly config: string; readonly uid: string; readonly context: string; readonly selected: string };
  readonly 'control-plane': { readonly selected: string };
  readonly 'other-control-plane': { readonly context: string; readonly by: string; readonly token: string };
  readonly 'unwatched-namespace': { readonly why: string; readonly cure: Sentence };
  readonly 'missing-access': { readonly why: string; readonly watched: string };
  readonly 'missing-crds': { readonly why: string };
  readonly 'wrong-identity': { readonly actual: string; readonly wanted: string };
  readonly 'no-operator': { readonly context: string; readonly namespace: string | undefined };
  readonly unproven: { readonly why: string; readonly cure: Sentence };
  readonly 'would-not-start': { readonly why: string; readonly cure: Sentence };
  readonly 'unrevoked-token': { readonly why: string; readonly cure: Sentence };
}
export type Override = keyof Subjects;

interface Refusal<Subject> {
  readonly by: readonly Refuser[];
  /** for the documents: when it is refused */
  readonly when: string;
  /** the rest is done already */
  readonly late?: true;
  readonly message: (subject: Subject) => string;
  readonly fix: (subject: Subject) => Sentence;
}
/** One row a refusal; `--allow CODE` lifts it and no other. */
const refusals: { readonly [Code in Override]: Refusal<Subjects[Code]> } = {
  loopback: {
    by: ['create', 'update', 'import'],
    when: "the server is an address that leads nowhere from the operator's pod: loopback, unspecified, link-local",
    message: ({ server, of, why }) => `the server ${shownUrl(server)} of ${of} is ${why}`,
    fix: () => "pass --server with an https address that the operator's pod can reach",
  },
  'duplicate-cluster': {
    by: ['create'],
    when: 'another ClientConfig provides this very cluster under another context name',
    message: ({ provider }) => `${provider} already provides this cluster, under another context name`,
    fix: () => 'use that context, or delete its ClientConfig first',
  },
  'other-cluster': {
    by: ['create'],
    when: 'the context name belongs to another cluster until now, whose datacenters would move',
    message: ({ config, uid, context, selected }) =>
      `ClientConfig ${config} provides another cluster (kube-system uid ${uid}), and every datacenter of ${context} would move to ${selected}`,
    fix: () => 'give this one another name',
  },
  'control-plane': {
    by: ['create'],
    when: 'the data plane is the cluster of the control plane',
    message: ({ selected }) =>
      `${selected} is the control plane's own cluster: a context that points back at it makes secrets replicate in a circle`,
    fix: () => 'leave k8sContext empty for datacenters in the control plane',
  },
  'other-control-plane': {
    by: ['create'],
    when: 'a token in the data plane shows that another control plane has registered it',
    message: ({ context, by, token }) => `${context} is registered by another control plane: ${by}, as its token Secret ${token} says`,
    fix: () =>
      'delete its ClientConfig on that control plane first; where that one is gone for good, delete the token Secret in the data plane',
  },
  'unwatched-namespace': {
    by: ['create', 'import'],
    when: 'no operator of the control plane watches the namespace',
    message: ({ why }) => why,
    fix: ({ cure }) => cure,
  },
  'missing-access': {
    by: ['create'],
    when: 'the account lacks rights that the operator needs in the data plane',
    message: ({ why }) => why,
    fix: ({ watched }) => `install the operator there for the namespaces that the control plane watches (${watched})`,
  },
  'missing-crds': {
    by: ['create'],
    when: 'the data plane does not serve the CRDs that the operator writes',
    message: ({ why }) => why,
    fix: () => 'install the K8ssandra Operator and its CRDs there',
  },
  'wrong-identity': {
    by: ['create'],
    when: 'the data plane takes the token for somebody else',
    message: ({ actual, wanted }) => `the token is ${actual}, not ${wanted}`,
    fix: () => 'choose the account with --service-account',
  },
  'insecure-tls': {
    by: ['create'],
    when: 'no CA verifies the server, and your kubeconfig turns verification off',
    message: ({ server }) => `no CA verifies what ${shownUrl(server)} serves and the kubeconfig turns verification off`,
    fix: () => 'pass the CA with --ca-file',
  },
  'system-ca': {
    by: ['create', 'update', 'import'],
    when: "the stored kubeconfig would have no CA, so that the operator trusts what its image's store has",
    message: ({ server, named }) =>
      named
        ? `nothing but the public CAs of a system verifies ${shownUrl(server)}, and which of them the operator's image has is not known`
        : `nothing but a public CA verifies ${shownUrl(server)}, and only the stored kubeconfig names that address`,
    fix: ({ server, named }) =>
      named ? 'pass the CA with --ca-file' : `pass it with --server ${shownUrl(server)} if the address is right, or its CA with --ca-file`,
  },
  'no-operator': {
    by: ['create'],
    when: 'the data plane has no K8ssandra Operator, and no account is named',
    message: ({ context, namespace }) =>
      `no operator Deployment (label control-plane=k8ssandra-operator) in ${context}${namespace === undefined ? '' : ` in namespace ${namespace}`}`,
    fix: () => 'install the K8ssandra Operator there with controlPlane=false, or name --service-account and --source-namespace',
  },
  unproven: {
    by: ['create', 'import'],
    when: 'the credential cannot be proven before it is written',
    message: ({ why }) => why,
    fix: ({ cure }) => cure,
  },
  'would-not-start': {
    by: ['update', 'rotate', 'import'],
    when: 'the restart would end in a crash, for a reason of another ClientConfig',
    message: ({ why }) => why,
    fix: ({ cure }) => cure,
  },
  'unrevoked-token': {
    by: ['delete'],
    when: 'the token cannot be revoked, because its data plane does not answer or is gone for good',
    late: true,
    message: ({ why }) => why,
    fix: ({ cure }) => cure,
  },
};
const isOverride = (text: string): text is Override => Object.hasOwn(refusals, text);
const overrides = Object.keys(refusals).filter(isOverride);
/** What `--allow` of a command takes. */
export const overridesOf = (command: Refuser): readonly Override[] => overrides.filter(code => refusals[code].by.includes(command));
/** For the documents. */
export const refusalRows = (): readonly { readonly code: Override; readonly by: readonly Refuser[]; readonly when: string }[] =>
  overrides.map(code => ({ code, by: refusals[code].by, when: refusals[code].when }));
/** The overrides among texts that anybody may have written; what is none is passed over. */
export const overridesIn = (texts: readonly string[]): readonly Override[] => texts.filter(isOverride);

/** How a refusal is lifted, for its last line. */
const lift = (code: Override): string => `--allow ${code}`;
export const refusal = <Code extends Override>(code: Code, subject: Subjects[Code], by = lift(code)): UserError => {
  const { message, fix, late } = refusals[code];
  return new UserError(`${late === true ? '' : 'refused: '}${message(subject)}`, fix(subject), 4, by);
};

/** A context that other ClientConfigs provide is given to no further one; no name lifts that. */
export const takenContext = (context: string, providers: readonly string[], fix: Sentence): UserError =>
  new UserError(
    `refused: ClientConfig ${providers.join(' and ')} already provide${providers.length === 1 ? 's' : ''} the context ${context}; of two, the operator silently takes the last`,
    fix,
  );

/** The refusals of one run, of which some are lifted by name. */
export interface Guard {
  /** Throws unless the refusal is lifted; nothing is refused where there is no subject. */
  readonly refuse: <Code extends Override>(code: Code, subject: Subjects[Code] | undefined) => void;
  readonly allows: (code: Override) => boolean;
  /** those that would have been refused */
  readonly lifted: () => readonly Override[];
}
export const guardWith = (allow: readonly Override[]): Guard => {
  const liftedOverrides = new Set<Override>();
  return {
    refuse: (code, subject) => {
      if (subject === undefined) return;
      if (!allow.includes(code)) throw refusal(code, subject);
      liftedOverrides.add(code);
    },
    allows: code => allow.includes(code),
    lifted: () => [...liftedOverrides].sort(),
  };
};
