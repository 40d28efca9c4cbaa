import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import type { Limits } from './limited.ts';
import { awaitReply } from './reply.ts';
import { bodyOf, headersOf, pathOf, type Reply, type Request, type Wire } from './request.ts';
import { TransportError } from './transport-error.ts';

/** Error codes of HTTP/2; RFC 9113, 7. */
const [noError, refusedStream] = [0, 7];
/** One request as a stream of an HTTP/2 session. */
export const overHttp2 = (wire: Wire, session: ClientHttp2Session, request: Request, limits: Limits): Promise<Reply> =>
  awaitReply(wire.url, request, limits, ({ read, fail }) => {
    const broken = (unsent = false): void => fail(new TransportError('reset', `${wire.url.host}: the connection broke`, unsent));
    const body = bodyOf(request);
    let stream: ClientHttp2Stream;
    try {
      stream = session.request(
        {
          ':method': request.method ?? 'GET',
          ':path': pathOf(wire, request),
          ':authority': wire.url.host,
          ...headersOf(wire, request, body),
        },
        // A DELETE with preconditions has a body, which Node does not expect.
        { endStream: body === undefined },
      );
    } catch {
      // A session that has just broken takes no request.
      queueMicrotask(() => broken(true));
      return () => undefined;
    }
    let answered = false;
    stream.on('response', headers => {
      answered = true;
      // Node ends what it has of an answer when the connection breaks, as if that were all.
      stream.once('end', () => stream.rstCode === noError || broken());
      read(stream, Number(headers[':status']), headers);
    });
    // A stream without a number never left; one that is refused was not looked at.
    const refused = (): boolean => !answered && (stream.id === undefined || stream.rstCode === refusedStream);
    stream.on('error', error => ('code' in error && String(error.code).startsWith('ERR_HTTP2') ? broken(refused()) : fail(error)));
    stream.once('close', () => {
      if (!answered || stream.readableAborted || !stream.readableEnded) broken(refused());
    });
    if (body !== undefined) stream.end(body);
    return () => stream.close();
  });
