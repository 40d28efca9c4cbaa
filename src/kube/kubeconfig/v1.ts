import type { YamlValue } from '../goyaml/value.ts';
import { type GoType, goBool, goBytes, goList, goMap, goPointer, goRaw, goStruct, goText } from './go-json.ts';

/** A kubeconfig in its version v1, every field typed. Source: client-go tools/clientcmd/api/v1/types.go; names are the file's own. */
export interface Config {
  readonly kind: string;
  readonly apiVersion: string;
  readonly preferences: Preferences;
  readonly clusters: readonly NamedCluster[];
  readonly users: readonly NamedUser[];
  readonly contexts: readonly NamedContext[];
  readonly currentContext: string;
  readonly extensions: readonly NamedExtension[];
}
export interface NamedExtension {
  readonly name: string;
  readonly extension: YamlValue;
}
interface Preferences {
  readonly colors: boolean;
  readonly extensions: readonly NamedExtension[];
}
export interface Cluster {
  readonly server: string;
  readonly tlsServerName: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly certificateAuthority: string;
  readonly certificateAuthorityData: Uint8Array;
  readonly proxyUrl: string;
  readonly disableCompression: boolean;
  readonly extensions: readonly NamedExtension[];
}
export interface User {
  readonly clientCertificate: string;
  readonly clientCertificateData: Uint8Array;
  readonly clientKey: string;
  readonly clientKeyData: Uint8Array;
  readonly token: string;
  readonly tokenFile: string;
  readonly as: string;
  readonly asUid: string;
  readonly asGroups: readonly string[];
  readonly asUserExtra: ReadonlyMap<string, readonly string[]>;
  readonly username: string;
  readonly password: string;
  readonly authProvider: AuthProvider | undefined;
  readonly exec: Exec | undefined;
  readonly extensions: readonly NamedExtension[];
}
export interface AuthProvider {
  readonly name: string;
  readonly config: ReadonlyMap<string, string>;
}
export interface Exec {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion: string;
  readonly installHint: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: string;
}
export interface Context {
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
  readonly extensions: readonly NamedExtension[];
}
interface NamedCluster {
  readonly name: string;
  readonly cluster: Cluster;
}
interface NamedUser {
  readonly name: string;
  readonly user: User;
}
interface NamedContext {
  readonly name: string;
  readonly context: Context;
}

const text = goText();
const extensions = goList(goStruct<NamedExtension>('NamedExtension', { name: ['name', text], extension: ['extension', goRaw] }));
const preferences = goStruct<Preferences>('Preferences', { colors: ['colors', goBool], extensions: ['extensions', extensions] });
export const cluster = goStruct<Cluster>('Cluster', {
  server: ['server', text],
  tlsServerName: ['tls-server-name', text],
  insecureSkipTlsVerify: ['insecure-skip-tls-verify', goBool],
  certificateAuthority: ['certificate-authority', text],
  certificateAuthorityData: ['certificate-authority-data', goBytes],
  proxyUrl: ['proxy-url', text],
  disableCompression: ['disable-compression', goBool],
  extensions: ['extensions', extensions],
});
const authProvider = goStruct<AuthProvider>('AuthProviderConfig', { name: ['name', text], config: ['config', goMap(text)] });
const exec = goStruct<Exec>('ExecConfig', {
  command: ['command', text],
  args: ['args', goList(text)],
  env: ['env', goList(goStruct<Exec['env'][number]>('ExecEnvVar', { name: ['name', text], value: ['value', text] }))],
  apiVersion: ['apiVersion', text],
  installHint: ['installHint', text],
  provideClusterInfo: ['provideClusterInfo', goBool],
  interactiveMode: ['interactiveMode', goText('v1.ExecInteractiveMode')],
});
export const user = goStruct<User>('AuthInfo', {
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
export const context = goStruct<Context>('Context', {
  cluster: ['cluster', text],
  user: ['user', text],
  namespace: ['namespace', text],
  extensions: ['extensions', extensions],
});
export const config: GoType<Config> = goStruct<Config>('Config', {
  kind: ['kind', text],
  apiVersion: ['apiVersion', text],
  preferences: ['preferences', preferences],
  clusters: ['clusters', goList(goStruct<NamedCluster>('NamedCluster', { name: ['name', text], cluster: ['cluster', cluster] }))],
  users: ['users', goList(goStruct<NamedUser>('NamedAuthInfo', { name: ['name', text], user: ['user', user] }))],
  contexts: ['contexts', goList(goStruct<NamedContext>('NamedContext', { name: ['name', text], context: ['context', context] }))],
  currentContext: ['current-context', text],
  extensions: ['extensions', extensions],
});
