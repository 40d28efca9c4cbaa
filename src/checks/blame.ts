import type { Finding, OperatorStart } from './report.ts';

const commonPrefix = /^(?:timed out waiting for cache to be synced: |Get "[^"]*": |unknown \()/;
/** The verdict with the code of the finding that tells of the same fault: where several could be meant, only the one with its words. */
export const blamed = (start: OperatorStart, findings: readonly Finding[]): OperatorStart => {
  const { verdict, context, message } = start;
  if (verdict === 'starts' || verdict === 'unknown') return start;
  const reason = message.replace(commonPrefix, '');
  const about = findings.flatMap(({ code, blocksStart, contexts, details = [], message: findingMessage }) =>
    !blocksStart || (context === undefined ? contexts.length > 0 : !contexts.includes(context))
      ? []
      : [{ code, text: details.find(one => one.context === context)?.message ?? findingMessage }],
  );
  const matches = about.filter(({ text }) => text.includes(reason) || reason.includes(text));
  const codes = [...new Set((matches.length > 0 ? matches : about).map(({ code }) => code))];
  const [code] = codes;
  return code === undefined || codes.length > 1 ? start : { ...start, code };
};
