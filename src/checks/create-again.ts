/** The cure of most stored faults: the same command that made the ClientConfig, for the first of the contexts. */
export const createAgain =
  (...flags: readonly string[]) =>
  (contexts: readonly string[]): readonly string[] => [
    'kubectl',
    'k8ssandra',
    'clientconfig',
    'create',
    contexts[0] ?? 'NAME',
    '--from-context',
    '<context>',
    ...flags,
  ];
