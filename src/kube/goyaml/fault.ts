/** Ends the reading of a document with go-yaml's message. Caught where the document is decoded, never seen outside. */
export class YamlFault extends Error {
  /** where it is, from 1, as far as that is known */
  readonly line: number | undefined;
  /** what is wrong, without a word of the text, which may be a secret */
  readonly problem: string;
  constructor(
    message: string,
    {
      line,
      problem = `is not YAML: ${message.replace(/^yaml: (?:line \d+: )?/, '')}`,
    }: { readonly line?: number; readonly problem?: string } = {},
  ) {
    super(message);
    this.line = line;
    this.problem = problem;
  }
}

/** A place in the text; lines and columns from 0. */
export interface Position {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

/** The message with the line that go-yaml names: its scanner counts from 1, its parser from 0, and 0 is not told (decode.go fail). */
export const faultAt = (by: 'scanner' | 'parser', problem: string, at: Position, context?: Position, told?: string): YamlFault => {
  const line = at.line > 0 ? at.line + (by === 'scanner' ? 1 : 0) : (context?.line ?? 0);
  return new YamlFault(`yaml: ${line > 0 ? `line ${line}: ` : ''}${problem}`, {
    line: at.line + 1,
    ...(told === undefined ? {} : { problem: told }),
  });
};
