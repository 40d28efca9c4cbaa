import { type GoValue, goBool, goBytes, goList, goMap, goPointer, goRaw, goStruct, goText } from './go-json.ts';

// A kubeconfig in its version v1, every field typed. Source: client-go tools/clientcmd/api/v1/types.go; names are the file's own.

const text = goText();
const namedExtension = goStruct('NamedExtension', { name: ['name', text], extension: ['extension', goRaw] });
export type NamedExtension = GoValue<typeof namedExtension>;
const extensions = goList(namedExtension);
const preferences = goStruct('Preferences', { colors: ['colors', goBool], extensions: ['extensions', extensions] });
export const cluster = goStruct('Cluster', {
  server: ['server', text],
  tlsServerName: ['tls-server-name', text],
  insecureSkipTlsVerify: ['insecure-skip-tls-verify', goBool],
  certificateAuthority: ['certificate-authority', text],
  certificateAuthorityData: ['certificate-authority-data', goBytes],
  proxyUrl: ['proxy-url', text],
  disableCompression: ['disable-compression', goBool],
  extensions: ['extensions', extensions],
});
export type Cluster = GoValue<typeof cluster>;
const authProvider = goStruct('AuthProviderConfig', { name: ['name', text], config: ['config', goMap(text)] });
export type AuthProvider = GoValue<typeof authProvider>;
const exec = goStruct('ExecConfig', {
  command: ['command', text],
  args: ['args', goList(text)],
  env: ['env', goList(goStruct('ExecEnvVar', { name: ['name', text], value: ['value', text] }))],
  apiVersion: ['apiVersion', text],
  installHint: ['installHint', text],
  provideClusterInfo: ['provideClusterInfo', goBool],
  interactiveMode: ['interactiveMode', goText('v1.ExecInteractiveMode')],
});
export type Exec = GoValue<typeof exec>;
export const user = goStruct('AuthInfo', {
  clientCertificate: ['client-certificate', text],
  clientCertificateData: ['client-certificate-data', goBytes],
  clientKey: ['client-key', text],
  clientKeyData: ['client-key-data', goBytes],
  token: ['token', text],
  tokenFile: ['tokenFile', text],
  as: ['as', text],
  asUid: ['as-uid', text],
  asGroups: ['as-groups', goList(text)],
  asUserExtra: ['as-user-extra', goMap(goList(text))],
  username: ['username', text],
  password: ['password', text],
  authProvider: ['auth-provider', goPointer(authProvider)],
  exec: ['exec', goPointer(exec)],
  extensions: ['extensions', extensions],
});
export type User = GoValue<typeof user>;
export const context = goStruct('Context', {
  cluster: ['cluster', text],
  user: ['user', text],
  namespace: ['namespace', text],
  extensions: ['extensions', extensions],
});
export type Context = GoValue<typeof context>;
export const config = goStruct('Config', {
  kind: ['kind', text],
  apiVersion: ['apiVersion', text],
  preferences: ['preferences', preferences],
  clusters: ['clusters', goList(goStruct('NamedCluster', { name: ['name', text], cluster: ['cluster', cluster] }))],
  users: ['users', goList(goStruct('NamedAuthInfo', { name: ['name', text], user: ['user', user] }))],
  contexts: ['contexts', goList(goStruct('NamedContext', { name: ['name', text], context: ['context', context] }))],
  currentContext: ['current-context', text],
  extensions: ['extensions', extensions],
});
export type Config = GoValue<typeof config>;
