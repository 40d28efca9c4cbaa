/** Ends the reading of a certificate with Go's message. Never seen outside. */
export class X509Fault extends Error {
  constructor(message: string, by = 'x509: ') {
    super(by + message);
  }
}

export const needed = <T>(value: T | undefined, message: string): T => {
  if (value === undefined) throw new X509Fault(message);
  return value;
};
