/** An answer: text is sent as text/plain, everything else as JSON. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** the connection breaks in the middle of it */
  readonly cut?: boolean;
}
/** A Status of kind Failure. */
export const failure = (status: number, message: string, headers?: Readonly<Record<string, string>>): Reply => ({
  status,
  body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code: status },
  ...(headers === undefined ? {} : { headers }),
});
