import { logLines } from './log-lines.ts';

/**
 * What the operator's releases, controller-runtime, client-go and Go's net and crypto/x509 write when the operator ends, without the values that
 * stand in it. Sources: k8ssandra-operator main.go, pkg/clientcache/cache.go and controllers/config; controller-runtime pkg/manager,
 * pkg/controller and pkg/cluster; client-go rest, tools/clientcmd and tools/cache; apimachinery pkg/api/errors.
 */
const messages = `
INFO ERROR DEBUG WARN DPANIC PANIC FATAL info error debug warn warning panic fatal level ts logger msg err caller stacktrace time setup entrypoint
starting manager watch namespace configured WatchNamespace WATCH_NAMESPACE must be set the manager will watch and manage resources in all namespaces
unable to create manager, unable to fetch config connection, unable to fetch cluster connections, unable to setup cluster connections
unable to create manager cluster connection, unable to create manager cluster connections, unable to add cluster to manager, unable to create controller
unable to create webhook, unable to set up health check, unable to set up ready check, unable to get WatchNamespace, unable to add cache reset
unable to set up overall controller manager, unable to load image config from ConfigMap, problem running manager, reconciler controllers clientcache
failed to create client, failed setting cluster default options, failed to get API group resources, failed to get server groups, failed to determine
unable to retrieve the complete list of server APIs, the server is currently unable to handle the request, the server could not find the requested resource
ClientConfig or secret has been modified, shutting down the operator, is missing hash annotations, was deleted, Secret secrets secret kubeconfig
secret is missing required kubeconfig property, resource name may not be empty, not found, already exists, is invalid, is forbidden
User cannot get list watch create update patch delete resource in API group at the cluster scope namespace system anonymous serviceaccount
invalid configuration: context was not found for specified context, cluster has no server defined, no server found for cluster, default
no configuration has been provided, try setting KUBERNETES_MASTER environment variable
unable to read certificate-authority client-cert client-key for due to open read no such file or directory permission denied is a directory
certificate-authority-data client-cert-data client-key-data are both specified for, will override, proxy-url unsupported scheme must be http https or socks5
could not parse, more than one authentication method found for; found token basicAuth only one is allowed, to use the clientCert authentication method
interactiveMode apiVersion command must be specified for to use exec authentication plugin, authProvider cannot be provided in combination with
requesting uid, groups or user-extra for without impersonating a user, Auth Provider for name, auth plugin has been removed, gcp azure oidc
yaml line did not find expected key found character that cannot start any token, mapping values are not allowed in this context, control characters
couldn't get version/kind; json parse error: json: cannot unmarshal string number object array bool into Go value of type struct field Config Cluster
AuthInfo Context contexts users clusters cluster user server exec env NamedContext NamedCluster NamedAuthInfo map api v1 no kind is registered for version
error converting to runtime Object duplicate name in list, illegal base64 data at input byte, unable to load root certificates
unable to parse bytes as PEM block, data does not contain any valid RSA or ECDSA certificates, specifying a root certificates file with the insecure flag
tls: failed to find any PEM data in certificate key input, failed to parse private key, private key does not match public key, unknown authority
x509: certificate signed by unknown authority, certificate is valid for not, certificate has expired or is not yet valid: current time is after before
certificate relies on legacy Common Name field, use SANs instead, cannot validate certificate because it doesn't contain any IP SANs, is not trusted
remote error: tls: bad certificate, handshake failure, internal error, protocol version not supported, unrecognized name, first record does not look like a
TLS handshake timeout, dial tcp udp lookup on no such host server misbehaving i/o timeout connect: connection refused, no route to host
network is unreachable, connection reset by peer, broken pipe, use of closed network connection, unexpected EOF, EOF, net/http request canceled while
waiting for connection, Client.Timeout exceeded while awaiting headers, context deadline exceeded, context canceled, server gave HTTP response to HTTPS
client, proxyconnect, socks connect, http2: client connection lost, GOAWAY, the server has asked for the client to provide credentials, Unauthorized
Forbidden, Get Post Put Patch Delete Head apis api version healthz readyz timeout parse invalid character port after first path segment in URL contain colon
host must be a URL or a host:port pair, invalid control character in URL, missing protocol scheme, net/url invalid userinfo, too many requests
failed to wait for caches to sync, timed out waiting for cache to be synced for Kind, kind source, failed to get informer from cache, reflector
Unhandled Error, Failed to watch, failed to list, Observed a panic, panic: runtime error: invalid memory address or nil pointer dereference
goroutine running main.main, signal SIGSEGV segmentation violation code addr pc, recovered, Reconciler error, Starting EventSource Starting Controller
Starting workers, Stopping and waiting for, non leader election runnables, leader election lost, All workers finished, Shutdown signal received
Wait completed, proceeding to shutdown the manager, error received after stop sequence was engaged, Stopping and waiting for caches HTTP servers webhooks
attempting to acquire leader lease, successfully acquired lease, serving metrics server, serving webhook server, Registering a mutating validating webhook
open /tmp/k8s-webhook-server/serving-certs/tls.crt, address already in use, bind, listen, admission webhook denied the request, failed calling webhook
if kind is a CRD, it should be installed before calling Start, no matches for kind in version, the object has been modified; please apply your changes to
the latest version and try again, Operation cannot be fulfilled on, etcdserver: request timed out, leader changed, the server was unable to return a
response in the time allotted, but may still be processing the request, waiting for replication to complete, No known client for context-name
unable to find k8sContext because of unknown namespace for the cache, image_config.yaml no ConfigMap with label unable to setup image registry
controller controllerKind controllerGroup reconcileID worker count name namespace kind group ClientConfig ClientConfigs clientconfig clientconfigs
K8ssandraCluster k8ssandracluster k8ssandraclusters CassandraDatacenter cassandradatacenter cassandradatacenters ReplicatedSecret replicatedsecret
replicatedsecrets K8ssandraTask k8ssandratask k8ssandratasks Stargate stargate stargates Reaper reaper reapers MedusaBackup MedusaBackupJob MedusaTask
MedusaRestoreJob MedusaBackupSchedule MedusaConfiguration medusabackups medusabackupjobs medusatasks medusarestorejobs medusabackupschedules
ConfigMap ConfigMaps configmap configmaps Deployment deployments StatefulSet statefulsets Service services endpoints Endpoints pods Pod Namespace
customresourcedefinitions k8ssandra.io config control cassandra.datastax.com medusa replication reaper stargate apps batch core alpha beta v1alpha1 v1beta1
parsing image config: could not load image config: could not decode file into runtime.Object, ImageConfig ImageTypes ImagePolicy Images images v1beta2
omitempty pkg ExecConfig ExecEnvVar ExecInteractiveMode AuthProviderConfig NamedExtension extensions preferences colors args header malformed reason
disable compression verify, anchor value contains itself, unknown anchor referenced, indicator, end of stream, entries, escape, argument, leading octet
registry defaults overrides types content support interactive mode standard terminal looking for beginning of, inputs have been switched, rejected by our
operator with exit code will not restart it is by from as of this that bye duplicate
`;
const wordsIn = (text: string): readonly string[] => text.toLowerCase().split(/[^a-z0-9_]+/);

/** Every word of the messages that are known, in small letters. */
export const logWords: ReadonlySet<string> = new Set([...wordsIn(messages), ...logLines.flatMap(({ texts }) => texts.flatMap(wordsIn))]);
