import { connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { publicAuthorities } from './authorities.ts';
import { TransportError } from './transport-error.ts';

/** An HTTP CONNECT tunnel through an http:// proxy; nothing of ours is sent through it but the CONNECT line. */
export const tunnel = (proxy: string, target: string, opened: (socket: Socket) => void): Promise<Socket> =>
  new Promise((done, broken) => {
    const url = new URL(proxy);
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      return broken(new TransportError('proxy', `the proxy ${url.host} is ${url.protocol}//, which is not tried from here`));
    const raw =
      url.protocol === 'https:'
        ? tlsConnect({ host: url.hostname, port: Number(url.port || 443), ca: publicAuthorities(), rejectUnauthorized: true })
        : netConnect({ host: url.hostname, port: Number(url.port || 80) });
    opened(raw);
    const failed = (detail: string): void => broken(new TransportError('proxy', `the proxy ${url.host}: ${detail}`));
    raw.once('error', (error: NodeJS.ErrnoException) => failed(error.code ?? 'failed'));
    const authorization =
      url.username === ''
        ? ''
        : `Proxy-Authorization: Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}\r\n`;
    raw.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () =>
      raw.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization}\r\n`),
    );
    let head = '';
    const listen = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return head.length > 16_384 ? failed('its answer is too long') : undefined;
      raw.removeListener('data', listen);
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
      if (status?.startsWith('2') === true) return done(raw);
      failed(`answered ${status ?? 'no HTTP'} to CONNECT`);
    };
    raw.on('data', listen);
  });
