/** What `contexts check -o` takes; every one has a printer. */
export const formats = [
  'table',
  'wide',
  'short',
  'json',
  'yaml',
  'jsonl',
  'junit',
  'sarif',
  'prometheus',
  'github',
  'markdown',
  'html',
] as const;
