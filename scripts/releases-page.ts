import table from '../src/operator/releases.json' with { type: 'json' };
import { releaseOf } from '../src/operator/releases.ts';
import { type Fate, readFates } from '../test/support/operator-fates.ts';

const words: Readonly<Record<Fate['verdict'], string>> = {
  starts: 'starts',
  'starts-then-stops': 'stops late',
  'does-not-start': '**exits**',
  neither: '?',
};
const groups = {
  ImageConfig: 'Its ImageConfig',
  WATCH_NAMESPACE: 'WATCH_NAMESPACE',
  stored: 'What is stored for a ClientConfig',
  rights: 'Rights of the stored credential in the data plane',
  'data planes': 'Data planes, and names that are provided twice',
} as const;
const escaped = (text: string): string => text.replaceAll('|', '\\|');
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const numbered = (release: string): string => (release === 'main' ? 'v9' : release);

/** docs/releases.md: what is known of each release of the operator, and what became of real ones. */
export const releasesPage = (): string => {
  const fates = Object.entries(readFates());
  const releases = [...new Set(fates.flatMap(([, byRelease]) => Object.keys(byRelease)))].sort((a, b) =>
    numbered(a).localeCompare(numbered(b), 'en', { numeric: true }),
  );
  const tableOf = (group: string): readonly string[] => [
    row(['', ...releases]),
    row(['---', ...releases.map(() => '---')]),
    ...fates.flatMap(([name, byRelease]) =>
      name.startsWith(`${group}: `)
        ? [row([escaped(name.slice(group.length + 2)), ...releases.map(release => words[byRelease[release]?.verdict ?? 'neither'])])]
        : [],
    ),
  ];
  const others = fates.filter(([name]) => !Object.keys(groups).some(group => name.startsWith(`${group}: `)));
  const count = (release: string, verdict: Fate['verdict']): string =>
    String(others.filter(([, byRelease]) => byRelease[release]?.verdict === verdict).length);
  return [
    '# Releases of K8ssandra Operator',
    '',
    "Verdicts follow the release that runs, which the tag of its image names. What is known of each is read from the release's own files by `scripts/operator-releases.ts`;",
    'a release that is newer than all of them, or an image whose tag names none, is judged as the newest known one, and [KC609](KC609.md) says so.',
    '',
    row(['Releases', 'An unreachable or refusing data plane', 'Watches there', 'ImageConfig', 'client-go', 'Go']),
    row(['---', '---', '---', '---', '---', '---']),
    ...table.map(({ from, tags, clientGo, go }) => {
      const { diesAtOnce, remote, imageConfig, imageConfigOptional } = releaseOf(`v1.${from}.0`);
      return row([
        tags.join(', '),
        diesAtOnce ? 'ends it at once' : 'ends it after two minutes',
        remote.find(one => one.startsWith('endpoint')) ?? 'no endpoints',
        imageConfig ? (imageConfigOptional ? 'read when there is one' : 'needed') : 'not read',
        clientGo,
        go,
      ]);
    }),
    '',
    '## Beside the real operator',
    '',
    'Each case below was put into a real Kubernetes API server, and each of these releases was started beside it until all of its controllers worked (starts), until it ended at once',
    '(**exits**), or until it gave up after its two minutes (stops late). `npm run test:operator` does that again; verdict, culprit and message of this program are compared with it, and',
    '`test/fates.test.ts` compares them without any operator.',
    ...Object.entries(groups).flatMap(([group, title]) => ['', `### ${title}`, '', ...tableOf(group)]),
    '',
    `### ${others.length} kubeconfigs, most of them with something wrong`,
    '',
    row(['', ...releases]),
    row(['---', ...releases.map(() => '---')]),
    ...(['starts', 'starts-then-stops', 'does-not-start'] as const).map(verdict =>
      row([words[verdict], ...releases.map(release => count(release, verdict))]),
    ),
    '',
    'Releases up to 1.16 exit where later ones stop late: they ask each data plane for its kinds before they start. A third of these are asked of nobody but the parser: they count as',
    'started when the operator has loaded them.',
    '',
  ].join('\n');
};
