import { connect } from 'node:net';
import { usage } from '../../base/errors.ts';
import type { SelectedContext } from '../kubeconfig/select.ts';
import { impersonationOf } from '../kubeconfig/stored.ts';
import { shownUrl } from '../kubeconfig/url.ts';
import { accounted } from './account.ts';
import { type Exchange, exchangeOver } from './exchange.ts';
import { impersonationHeaders } from './impersonation.ts';
import { type Limits, limited } from './limited.ts';
import type { Connection, Dialled } from './request.ts';
import { handshake } from './tls.ts';
import { type Login, logIn } from './user-credentials.ts';

/**
 * A connection with the USER's own context, as kubectl makes it: verified before any credential leaves. `silent`: behind a Tab, where
 * nobody has asked for anything, a plugin gets no terminal and no screen.
 */
export const connectUser = async (selected: SelectedContext, given: Limits, silent = false): Promise<Connection> => {
  const url = serverOf(selected);
  const renewal = renewable(async () => {
    // client-go reads no credential for plain http; clientcmd client_config.go ClientConfig.
    const login = url.protocol === 'https:' ? await logIn(selected, given, silent) : anonymous(selected);
    return { login, exchange: exchangeWith(login, selected, url) };
  });
  await renewal.held();
  return {
    context: selected.name,
    server: selected.server,
    request: accounted(selected.name, given, async request => {
      const limits = request.deadline === undefined ? given : { ...given, deadline: request.deadline };
      const before = await renewal.held();
      const session = isOver(before.login) ? await renewal.renewed(before) : before;
      const answer = await session.exchange.request(request, limits);
      // A credential may have been taken back before its time; one that has just been made was not.
      if (answer.status !== 401 || !session.login.renewable || session !== before) return answer;
      return (await renewal.renewed(session)).exchange.request(request, limits);
    }),
    close: renewal.close,
    signal: given.signal,
  };
};

/** kubectl takes plain http and sends no credential there. What is read and written here are credentials, so it may lead no further than this machine. */
const serverOf = ({ name, server }: SelectedContext): URL => {
  const address = shownUrl(server);
  if (!URL.canParse(server) || !/^https?:/i.test(server))
    throw usage(`context ${name}: its server "${address}" is not a URL`, 'correct it in the kubeconfig, as in https://host:6443');
  const url = new URL(server);
  if (url.protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname))
    throw usage(
      `context ${name}: its server ${address} is plain http, and what is stored there must not travel in the clear`,
      'correct it in the kubeconfig, as in https://host:6443, or use kubectl proxy on this machine',
    );
  return url;
};
const anonymous = ({ server }: SelectedContext): Login => ({ endpoint: { server }, headers: {}, secrets: [], renewable: false });
const exchangeWith = ({ endpoint, headers, secrets }: Login, { user }: SelectedContext, url: URL): Exchange =>
  exchangeOver({
    url,
    headers: { ...headers, ...impersonationHeaders(impersonationOf(user)) },
    secrets,
    dial: async limits => (url.protocol === 'https:' ? (await handshake(endpoint, limits)).socket : plainly(url, limits)),
  });
const plainly = (url: URL, limits: Limits): Promise<Dialled> =>
  limited(url.host, limits, (done, fail) => {
    const socket = connect(Number(url.port || 80), url.hostname.replace(/^\[|\]$/g, ''));
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.removeListener('error', fail);
      socket.on('error', () => undefined);
      done(socket);
    });
    return () => socket.destroy();
  });

interface Held {
  readonly login: Login;
  readonly exchange: Exchange;
}
const isOver = ({ expires }: Login): boolean => expires !== undefined && expires <= Date.now();
const isSame = (one: Login, other: Login): boolean =>
  JSON.stringify([one.headers, one.endpoint]) === JSON.stringify([other.headers, other.endpoint]);

/** What is held for a while and then opened anew, once for all who find it spent. What could not be opened is tried again by the next. */
const renewable = (open: () => Promise<Held>) => {
  const all: Held[] = [];
  let closed = false;
  const keep = async (opening: Promise<Held>): Promise<Held> => {
    const session = await opening;
    all.push(session);
    if (closed) session.exchange.close();
    return session;
  };
  let latestSession = keep(open());
  let renewalUnderWay: { readonly spent: Held; readonly opening: Promise<Held> } | undefined;
  const again = async (spent: Held): Promise<Held> => {
    const session = await open();
    if (!isSame(spent.login, session.login)) return session;
    // The same credential again needs no other connection.
    session.exchange.close();
    return { login: session.login, exchange: spent.exchange };
  };
  return {
    held: () => latestSession,
    renewed: (spent: Held): Promise<Held> => {
      if (renewalUnderWay?.spent === spent) return renewalUnderWay.opening;
      const opening = keep(again(spent));
      renewalUnderWay = { spent, opening };
      opening.then(
        () => {
          latestSession = opening;
        },
        () => {
          renewalUnderWay = undefined;
        },
      );
      return opening;
    },
    // The spent ones too: others may be waiting for an answer there.
    close: () => {
      closed = true;
      for (const { exchange } of all) exchange.close();
    },
  };
};
