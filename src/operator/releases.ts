import table from './releases.json' with { type: 'json' };

/** How a release of the operator differs from others in what this program judges. */
export interface Release {
  /** `known`: one of the table; `newer` than all of it, or of which the image tells nothing: both are judged as the newest is */
  readonly standing: 'known' | 'newer' | 'untold';
  /** the tags that behave as it does */
  readonly tags: readonly string[];
  /** the resources that it lists and watches in every remote cluster before it works */
  readonly remote: readonly string[];
  /** CRDs that its own cluster must serve, as `plural.group` */
  readonly crds: readonly string[];
  /** it exits when its ImageConfig is of no use */
  readonly imageConfig: boolean;
  /** but not when there is none */
  readonly imageConfigOptional: boolean;
  /** a data plane that is unreachable or refuses ends it at once, and not after two minutes: controller-runtime asked it for its kinds first */
  readonly diesAtOnce: boolean;
  /** a list may come over a watch, so that a missing `list` alone does not end it; client-go's WatchListClient */
  readonly watchList: boolean;
  /** what cluster.New puts before the errors of a kubeconfig */
  readonly prefix: string;
  /** where apimachinery makes a scheme, which it names in its errors */
  readonly schemeLine: number;
  /** sigs.k8s.io/yaml before 1.6 begins one message with a capital */
  readonly unsupported: 'Unsupported' | 'unsupported';
  /** built with Go 1.26 or later, whose URLs are read more strictly */
  readonly strictUrls: boolean;
  /** built with a Go before 1.24, which trusts RSA keys below 1024 bits in a certificate that the server shows */
  readonly shortKeys: boolean;
  /** the verbs that its own role grants, by `resource` or `resource.group` */
  readonly role: Readonly<Record<string, string | undefined>>;
}
type Row = (typeof table)[number];

const minorOf = (version: string): number => Number(/^0\.(\d+)$/.exec(version)?.[1] ?? 0);
const goMinor = ({ go }: Row): number => Number(/^1\.(\d+)$/.exec(go)?.[1] ?? 0);
const released = (row: Row, standing: Release['standing']): Release => ({
  standing,
  tags: row.tags,
  remote: row.remote,
  crds: row.crds,
  imageConfig: row.imageConfig,
  imageConfigOptional: row.imageConfigOptional,
  diesAtOnce: minorOf(row.controllerRuntime) < 15,
  watchList: minorOf(row.clientGo) >= 35,
  prefix: minorOf(row.controllerRuntime) >= 23 ? defaults : '',
  schemeLine: schemeLines.find(([from]) => minorOf(row.clientGo) >= from)?.[1] ?? 100,
  unsupported: minorOf(row.clientGo) >= 34 ? 'unsupported' : 'Unsupported',
  strictUrls: goMinor(row) >= 26,
  shortKeys: goMinor(row) < 24,
  role: row.role,
});
/** By the minor version of client-go, the newest first; apimachinery pkg/runtime/scheme.go NewScheme. */
const schemeLines: readonly (readonly [from: number, line: number])[] = [
  [35, 111],
  [33, 110],
];
/** The words of controller-runtime 0.23 before what client-go says; pkg/cluster/cluster.go. */
const defaults = 'failed setting cluster default options: ';

/** The release that an image's tag names, as `v1.32.5`. */
export const releaseOf = (version: string | undefined): Release => {
  const [, minorVersion] = /^v?1\.(\d+)\.\d+/.exec(version ?? '') ?? [];
  const fitting = table.filter(({ from }) => minorVersion !== undefined && from <= Number(minorVersion));
  const [oldestRow, newestRow] = [table[0], table.at(-1)];
  if (oldestRow === undefined || newestRow === undefined) throw new Error('the table of releases is empty');
  const latestRow = table.at(-2) ?? newestRow;
  if (minorVersion === undefined) return released(latestRow, 'untold');
  if (Number(minorVersion) >= newestRow.from) return released(newestRow, 'newer');
  return released(fitting.at(-1) ?? oldestRow, fitting.length === 0 ? 'untold' : 'known');
};
/** The message as this release has it, where another puts words before it or names another line of its source. */
export const inItsWords = ({ prefix, schemeLine, unsupported }: Release, message: string): string =>
  (message.startsWith(defaults) ? `${prefix}${message.slice(defaults.length)}` : message)
    .replace(/"pkg\/runtime\/scheme\.go:\d+"$/, `"pkg/runtime/scheme.go:${schemeLine}"`)
    .replace(/^unsupported(?= map key of type: )/, unsupported);
