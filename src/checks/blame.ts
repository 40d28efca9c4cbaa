import type { Finding, OperatorStart } from './report.ts';

const common = /^(?:timed out waiting for cache to be synced: |Get "[^"]*": |unknown \()/;
/** The verdict with the code of the finding that tells of the same fault: where several could be meant, only the one with its words. */
export const blamed = (start: OperatorStart, findings: readonly Finding[]): OperatorStart => {
  const { verdict, context, message } = start;
  if (verdict === 'starts' || verdict === 'unknown') return start;
  const said = message.replace(common, '');
  const about = findings.flatMap(({ code, blocksStart, contexts, details = [], message: whole }) =>
    !blocksStart || (context === undefined ? contexts.length > 0 : !contexts.includes(context))
      ? []
      : [{ code, text: details.find(one => one.context === context)?.message ?? whole }],
  );
  const same = about.filter(({ text }) => text.includes(said) || said.includes(text));
  const codes = [...new Set((same.length > 0 ? same : about).map(({ code }) => code))];
  const [code] = codes;
  return code === undefined || codes.length > 1 ? start : { ...start, code };
};
