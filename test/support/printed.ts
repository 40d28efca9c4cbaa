import type { Readable } from 'node:stream';

/** What a process has printed on this stream so far. */
export const printedOn = (stream: Readable): (() => string) => {
  let printed = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  return () => printed;
};
