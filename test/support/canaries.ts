import { issue, makeAuthority } from '../../sandbox/certificates.ts';

/** Texts that only a credential has, and kubeconfigs that hold one of them each at another place. */
export interface Canaries {
  readonly opaque: string;
  readonly jwt: string;
  readonly secrets: readonly string[];
  readonly kubeconfigs: Readonly<Record<string, Buffer>>;
}
const opaque = 'Zq7canary9f3a1c5e7b2d4860XwPk';
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A kubeconfig whose every entry is named as its context. */
const kubeconfig = (name: string, cluster: object, user: object, more: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name, cluster }],
  users: [{ name, user }],
  contexts: [{ name, context: { cluster: name, user: name } }],
  'current-context': name,
  ...more,
});

/** For a server that lets in the opaque credential and the JWT. */
export const makeCanaries = async (server: string, caPem: string): Promise<Canaries> => {
  const { cert, key } = await issue(await makeAuthority());
  const jwt = `${part({ alg: 'RS256', kid: 'k' })}.${part({ sub: 'system:serviceaccount:k8ssandra-operator:k8ssandra-operator', jti: opaque })}.${base64(opaque).replaceAll('=', '')}`;
  const pem = `-----BEGIN PRIVATE KEY-----\n${base64(`${opaque}${opaque}`)}\n-----END PRIVATE KEY-----\n`;
  const ca = { 'certificate-authority-data': base64(caPem) };
  const good = { server, ...ca };
  const users: Readonly<Record<string, object>> = {
    'a token': { token: opaque },
    'a JWT': { token: jwt },
    'a token with a line break': { token: `${opaque}\n` },
    'a token with a control character': { token: `${opaque}\u0001` },
    'a token that is no text': { token: [opaque] },
    'a token that is a map': { token: { [opaque]: opaque } },
    'a certificate and its key': { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) },
    'certificate and key in one': { 'client-certificate-data': base64(cert + key), 'client-key-data': base64(cert + key) },
    'key and certificate swapped': { 'client-certificate-data': base64(key), 'client-key-data': base64(cert) },
    'a key that is not in base64': { 'client-certificate-data': base64(cert), 'client-key-data': key },
    'a certificate that is not in base64': { 'client-certificate-data': cert + key, 'client-key-data': base64(key) },
    'a key where its path belongs': { 'client-certificate-data': base64(cert), 'client-key': key },
    'a key where the path of the certificate belongs': { 'client-certificate': pem, 'client-key': pem },
    'base64 where a path belongs': { 'client-certificate': base64(cert + key), 'client-key': base64(key) },
    'a JWT where a path belongs': { 'client-certificate': `/run/${jwt}`, 'client-key': jwt },
    'a token for a file of one': { tokenFile: opaque },
    'a JWT for a file of one': { tokenFile: jwt },
    'a file of a token that is named as it': { tokenFile: `/var/run/${jwt}/token` },
    'a path that ends in a JWT': { tokenFile: `/var/run/secrets/${jwt}` },
    'a relative path with a JWT': { tokenFile: `./x/${jwt}.txt` },
    'a path with an opaque token': { tokenFile: `/var/run/${opaque}` },
    'a plugin with its secret': {
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        interactiveMode: 'Never',
        command: 'x',
        args: ['--token', opaque, jwt],
        env: [{ name: 'TOKEN', value: opaque }],
        installHint: `use ${opaque}`,
      },
    },
    'a plugin that is a token': { exec: { apiVersion: 'v1', command: jwt, interactiveMode: jwt } },
    'a plugin of an unknown version': { exec: { apiVersion: opaque, command: opaque, interactiveMode: opaque } },
    'an auth provider': { 'auth-provider': { name: 'oidc', config: { 'id-token': jwt, 'refresh-token': opaque } } },
    'an auth provider that is a token': { 'auth-provider': { name: jwt, config: { [opaque]: opaque } } },
    'a password': { username: 'admin', password: opaque },
    'a password beside a token': { username: jwt, password: opaque, token: opaque },
    'an impersonated token': { token: opaque, as: jwt, 'as-groups': [jwt], 'as-user-extra': { [jwt]: [opaque] } },
    'groups without a user': { token: opaque, 'as-groups': [jwt] },
    extensions: { token: opaque, extensions: [{ name: jwt, extension: { token: opaque } }] },
    'the same extension twice': { token: opaque, extensions: [0, 1].map(() => ({ name: jwt, extension: { token: opaque } })) },
    'unknown fields': { token: opaque, bearer: opaque, accessToken: { value: jwt } },
  };
  const clusters: Readonly<Record<string, object>> = {
    'a JWT in the path of the server': { server: `${server}/${jwt}`, ...ca },
    'a query of the server': { server: `${server}?token=${opaque}`, ...ca },
    'a query behind a path': { server: `${server}/x?token=${jwt}`, ...ca },
    'a fragment of the server': { server: `${server}#${opaque}`, ...ca },
    'a login in the server': { server: server.replace('://', `://admin:${opaque}@`), ...ca },
    'a user in the server': { server: server.replace('://', `://${opaque}@`), ...ca },
    'a login in a server without a scheme': { server: `admin:${opaque}@host:6443`, ...ca },
    'a login in a server that is none': { server: `https://admin:${opaque}@ho st:6443`, ...ca },
    'a login in the proxy': { ...good, 'proxy-url': `http://u:${opaque}@127.0.0.1:1` },
    'a query of the proxy': { ...good, 'proxy-url': `http://127.0.0.1:1/?token=${opaque}` },
    'a JWT in the path of the proxy': { ...good, 'proxy-url': `http://127.0.0.1:1/${jwt}` },
    'a proxy that is none': { ...good, 'proxy-url': `ftp://u:${opaque}@h/?${opaque}` },
    'a proxy that is a token': { ...good, 'proxy-url': jwt },
    'a name for TLS that is a token': { ...good, 'tls-server-name': jwt },
    'a path of the CA that is a key': { server, 'certificate-authority': key },
    'a path of the CA that is a token': { server, 'certificate-authority': jwt },
    'a CA with a key': { server, 'certificate-authority-data': base64(caPem + key) },
    'a key for a CA': { server, 'certificate-authority-data': base64(key) },
    'a CA that is no PEM': { server, 'certificate-authority-data': base64(opaque) },
    'a server that is a token': { server: jwt },
    'a server that is a host of a token': { server: `https://${opaque.toLowerCase()}:${opaque}`, ...ca },
  };
  const text = (name: string, token = opaque): string => JSON.stringify(kubeconfig(name, good, { token }), null, 1);
  const texts: Readonly<Record<string, (name: string) => string | Buffer>> = {
    'comments with a token': name => `# ${opaque}\n${text(name).replace('"kind"', `# ${jwt}\n"kind"`)}\n# ${key}`,
    'a byte order mark': name => `\ufeff${text(name)}`,
    'UTF-16': name => Buffer.from(`\ufeff${text(name)}`, 'utf16le'),
    'the same key twice': name => text(name).replace('"token"', `"token": "${jwt}", "token"`),
    'an anchor': name => `a: &a ${opaque}\n${text(name).slice(1, -1).replace(/^ "/gm, '"').replace(`"${opaque}"`, '*a')}`,
    'the same user twice': name =>
      JSON.stringify(kubeconfig(name, good, {}, { users: [1, 2].map(() => ({ name, user: { token: opaque } })) })),
    'a user that is named as a token, twice': name =>
      JSON.stringify(kubeconfig(name, good, {}, { users: [1, 2].map(() => ({ name: jwt, user: { token: opaque } })) })),
    'entries that are named as tokens': name =>
      JSON.stringify({
        ...kubeconfig(name, good, {}),
        clusters: [{ name: jwt, cluster: { server: '', 'certificate-authority': '/x' } }],
        users: [{ name: `${jwt}x`, user: { token: opaque, password: opaque } }],
        contexts: [{ name, context: { cluster: jwt, user: `${jwt}x`, namespace: jwt } }],
      }),
    'a context of another name': () => JSON.stringify(kubeconfig(jwt, good, { token: opaque })),
    'a kind that is a token': name => JSON.stringify({ ...kubeconfig(name, good, { token: opaque }), kind: opaque, apiVersion: jwt }),
    'a version that is a token': name => JSON.stringify({ ...kubeconfig(name, good, { token: opaque }), apiVersion: `${opaque}/${jwt}/x` }),
    'a key that is no text': name => `{${opaque}: {[${opaque}]: x}}\n${text(name)}`,
    'a tag that is a token': name => text(name).replace('"kind"', `"x": !!${opaque} y, "kind"`),
    'an alias that is a token': name => text(name).replace('"kind"', `"x": *${opaque}, "kind"`),
    'an anchor that is not there': name => text(name).replace('"kind"', `"x": !<${opaque}> *${opaque}, "kind"`),
    'a directive that is a token': name => `%TAG !${opaque}! ${opaque}\n---\n${text(name)}`,
    'text behind the end': name => `${text(name)}\n${opaque}: [`,
    'a text that is cut off': name => text(name).slice(0, -40),
    'a token alone': () => opaque,
    'a JWT alone': () => jwt,
    'a key alone': () => key,
    'a list of tokens': () => JSON.stringify([opaque, jwt]),
    'an environment file': () => `TOKEN=${opaque}\nJWT: "${jwt}\n`,
    'a number where a token belongs': name =>
      text(name).replace('"current-context"', `"preferences": ${JSON.stringify(opaque)}, "current-context"`),
    'Latin-1': name => Buffer.from(text(name).replace('"kind"', `"x": "\u00e9${opaque}", "kind"`), 'latin1'),
  };
  const named = (index: number): string => `c${String(index + 1).padStart(2, '0')}`;
  const all: readonly (readonly [string, (name: string) => string | Buffer])[] = [
    ...Object.entries(users).map(([title, user]) => [title, (name: string) => JSON.stringify(kubeconfig(name, good, user))] as const),
    ...Object.entries(clusters).map(
      ([title, cluster]) => [title, (name: string) => JSON.stringify(kubeconfig(name, cluster, { token: opaque }))] as const,
    ),
    ...Object.entries(texts),
  ];
  const line = (pemText: string): string => pemText.split('\n')[1] ?? '';
  return {
    opaque,
    jwt,
    secrets: [opaque, line(key), ...jwt.split('.').slice(1)],
    kubeconfigs: Object.fromEntries(all.map(([title, make], index) => [`${named(index)} ${title}`, Buffer.from(make(named(index)))])),
  };
};

/** What a credential looks like in another writing: in base64 of whatever alignment, twice in it, in hex, in a URL, in JSON. */
export const writings = (secret: string): readonly string[] => {
  const inBase64 = inner(secret);
  const all = [
    secret,
    secret.slice(0, 12),
    secret.slice(-12),
    ...inBase64,
    ...inBase64.flatMap(inner),
    Buffer.from(secret).toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
  return [...new Set(all.flatMap(one => [one, one.replaceAll('+', '-').replaceAll('/', '_')]))];
};
const inner = (text: string): readonly string[] =>
  [0, 1, 2].map(skip => {
    const whole = Buffer.from('x'.repeat(skip) + text)
      .toString('base64')
      .replace(/=+$/, '');
    return whole.slice(skip === 0 ? 0 : 4, -3);
  });
