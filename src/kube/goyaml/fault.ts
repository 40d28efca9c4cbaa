/** Ends the reading of a document with go-yaml's message. Caught where the document is decoded, never seen outside. */
export class YamlFault extends Error {}

/** A place in the text; lines and columns from 0. */
export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

/** The message with the line that go-yaml names: its scanner counts from 1, its parser from 0, and 0 is not told (decode.go fail). */
export const faultAt = (by: 'scanner' | 'parser', problem: string, at: Mark, context?: Mark): YamlFault => {
  const line = at.line > 0 ? at.line + (by === 'scanner' ? 1 : 0) : (context?.line ?? 0);
  return new YamlFault(`yaml: ${line > 0 ? `line ${line}: ` : ''}${problem}`);
};
