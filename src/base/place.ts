/** Where a fact stands in a file, when it came from one. */
export interface Place {
  readonly file: string;
  readonly line: number;
}
