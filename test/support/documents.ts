/** The calls of the plugin in a page: in a line of code of its own, behind a pipe, or between backticks in a sentence. */
export const callsIn = (text: string): string[] => {
  const inline = [...text.matchAll(/`(kubectl k8ssandra[^`\n]*)`/g)].map(([, one]) => one ?? '');
  const lines = [...text.matchAll(/^(?: {4,}|\$ |- )?(?:.*[|:] ?)?((?:\.\/kubectl-k8ssandra|kubectl k8ssandra) [^`\n]*)$/gm)].map(
    ([, one]) => one ?? '',
  );
  return [...inline, ...lines].map(call => call.split(/ [|>;] ?| && | >> | +#/)[0] ?? '');
};
/** What takes a word of the program's own vocabulary only. */
export const isExample = (call: string): boolean => !/\b(COMMAND|CODE|NAME|LINE|CTX|CONTEXT)\b|<|^kubectl k8ssandra$/.test(call);
