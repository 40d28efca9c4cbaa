/** Command lines with the exit code that each must come to. */
type Lines = readonly (readonly [line: string, exit: number])[];
export interface Training {
  /** what makes what the others find: no code of theirs is kept */
  readonly before: Lines;
  readonly lines: Lines;
}

const fleet = '--kubeconfig scripts/sea/kubeconfig.yaml';
/** Load and run what most commands share, a whole check of a fleet among it; from the root of the repository, and none reaches a network. */
export const training: Training = {
  before: [[`clientconfig create --from-context east,west --yes ${fleet}`, 0]],
  lines: [
    ['version', 0],
    ['version -o json', 0],
    ['--help', 0],
    ['contexts check --help', 0],
    ['__complete contexts check --', 0],
    ['explain', 0],
    ['explain KC101', 0],
    ['contexts list -f test/manifests/faulty', 0],
    ['contexts check -f test/manifests/faulty', 1],
    ['contexts check -f test/manifests/faulty -o json', 1],
    [`contexts check ${fleet}`, 0],
  ],
};
