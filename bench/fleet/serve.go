package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

const namespace = "k8ssandra-operator"

// An answer as an API server gave it, kept under "METHOD /path" of its request, without the query.
type answer struct {
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body"`
}
type answers map[string]answer

// What the two kinds of API servers answer, recorded by bench.ts.
type recorded struct {
	ControlPlane answers `json:"controlPlane"`
	DataPlane    answers `json:"dataPlane"`
	Token        string  `json:"token"`
}

// The objects of one kind, all in one namespace.
type collection struct {
	apiVersion, kind string
	items            []json.RawMessage
}

type fleet struct {
	recorded
	latency time.Duration
	hanging int
	addrs   map[string]int
	lists   map[string]*collection
	secrets map[string]json.RawMessage
	lock    sync.Mutex
	asked   map[string]questioned
}

// What one client has asked of the control plane and of the data planes, as "METHOD /path", the names of single Secrets left out.
type questioned struct {
	ControlPlane map[string]bool `json:"controlPlane"`
	DataPlane    map[string]bool `json:"dataPlane"`
}

// Every server has an address of its own in 127.9/16, as data planes have; 0 is the control plane.
func address(index int) string { return fmt.Sprintf("127.9.%d.%d", index/250, index%250+1) }

func serve(args []string) error {
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	contexts := flags.Int("contexts", 3, "data planes")
	clusters := flags.Int("clusters", 1, "K8ssandraClusters, each with one datacenter of the first context")
	hanging := flags.Int("hanging", 0, "data planes that accept and never answer")
	latency := flags.Duration("latency", 50*time.Millisecond, "of each request and each handshake")
	file := flags.String("answers", "", "what the API servers answer, recorded")
	kubeconfigFile := flags.String("kubeconfig", "", "where the kubeconfig of the control plane is written")
	flags.Parse(args)

	text, err := os.ReadFile(*file)
	if err != nil {
		return err
	}
	f := &fleet{latency: *latency, hanging: *hanging, addrs: map[string]int{}, lists: map[string]*collection{
		"secrets":           {"v1", "Secret", nil},
		"clientconfigs":     {"config.k8ssandra.io/v1beta1", "ClientConfig", nil},
		"k8ssandraclusters": {"k8ssandra.io/v1alpha1", "K8ssandraCluster", nil},
	}, secrets: map[string]json.RawMessage{}, asked: map[string]questioned{}}
	if err := json.Unmarshal(text, &f.recorded); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		return err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	authority, err := newAuthority()
	if err != nil {
		return err
	}
	certificates := map[string]*tls.Certificate{}
	for index := 0; index <= *contexts; index++ {
		f.addrs[address(index)] = index
		if certificates[address(index)], err = authority.serverCertificate(address(index), index); err != nil {
			return err
		}
	}
	f.register(*contexts, *clusters, func(index int) string { return kubeconfig(nameOf(index), address(index), port, authority.pem, f.Token) })
	if err := os.WriteFile(*kubeconfigFile, []byte(kubeconfig("cp", address(0), port, authority.pem, f.Token)), 0o600); err != nil {
		return err
	}
	config := &tls.Config{NextProtos: []string{"h2", "http/1.1"}, GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		time.Sleep(f.latency)
		return certificates[hello.Conn.LocalAddr().(*net.TCPAddr).IP.String()], nil
	}}
	// A client that is measured closes as it likes.
	server := &http.Server{Handler: f, TLSConfig: config, ErrorLog: log.New(io.Discard, "", 0)}
	fmt.Println("ready")
	go f.tellAtTheEnd()
	return server.ServeTLS(listener, "", "")
}

func nameOf(index int) string { return fmt.Sprintf("dp%04d", index) }

func (f *fleet) register(contexts, clusters int, kubeconfigOf func(int) string) {
	add := func(plural, name string, rest map[string]any) json.RawMessage {
		to := f.lists[plural]
		rest["apiVersion"], rest["kind"] = to.apiVersion, to.kind
		rest["metadata"] = map[string]any{"name": name, "namespace": namespace, "uid": to.kind + name, "resourceVersion": "1", "creationTimestamp": "2026-01-01T00:00:00Z"}
		text, _ := json.Marshal(rest)
		to.items = append(to.items, text)
		return text
	}
	for index := 1; index <= contexts; index++ {
		name := nameOf(index)
		data := map[string]any{"kubeconfig": base64.StdEncoding.EncodeToString([]byte(kubeconfigOf(index)))}
		f.secrets[name+"-config"] = add("secrets", name+"-config", map[string]any{"type": "Opaque", "data": data})
		add("clientconfigs", name, map[string]any{"spec": map[string]any{"contextName": name, "kubeConfigSecret": map[string]any{"name": name + "-config"}}})
	}
	for index := 0; index < clusters; index++ {
		datacenters := []map[string]any{{"metadata": map[string]any{"name": "dc1"}, "k8sContext": nameOf(1), "size": 3}}
		cassandra := map[string]any{"serverVersion": "4.0.1", "datacenters": datacenters}
		add("k8ssandraclusters", fmt.Sprintf("demo-%d", index), map[string]any{"spec": map[string]any{"cassandra": cassandra}})
	}
}

func (f *fleet) tellAtTheEnd() {
	ending := make(chan os.Signal, 1)
	signal.Notify(ending, syscall.SIGTERM)
	<-ending
	f.lock.Lock()
	defer f.lock.Unlock()
	json.NewEncoder(os.Stdout).Encode(f.asked)
	os.Exit(0)
}

func (f *fleet) note(r *http.Request, ofControlPlane bool) {
	client, _, _ := strings.Cut(r.UserAgent(), "/")
	path := r.Method + " " + r.URL.Path
	if at := strings.Index(path, "/secrets/"); at >= 0 {
		path = path[:at] + "/secrets/NAME"
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	if _, known := f.asked[client]; !known {
		f.asked[client] = questioned{map[string]bool{}, map[string]bool{}}
	}
	if ofControlPlane {
		f.asked[client].ControlPlane[path] = true
	} else {
		f.asked[client].DataPlane[path] = true
	}
}

func (f *fleet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	local := r.Context().Value(http.LocalAddrContextKey).(net.Addr).(*net.TCPAddr).IP.String()
	index := f.addrs[local]
	f.note(r, index == 0)
	if index > 0 && index <= f.hanging {
		<-r.Context().Done()
		return
	}
	wait(r.Context(), f.latency)
	w.Header().Set("Content-Type", "application/json")
	if index > 0 {
		reply(w, f.DataPlane, r)
		return
	}
	last := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	if listed, ok := f.lists[last]; ok && r.Method == http.MethodGet && r.URL.Query().Get("labelSelector") == "" {
		listed.page(w, r)
	} else if secret, ok := f.secrets[last]; ok && strings.Contains(r.URL.Path, "/secrets/") {
		w.Write(secret)
	} else {
		reply(w, f.ControlPlane, r)
	}
}

func wait(ctx context.Context, latency time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(latency):
	}
}

func reply(w http.ResponseWriter, known answers, r *http.Request) {
	said, ok := known[r.Method+" "+r.URL.Path]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"no %s","reason":"NotFound","code":404}`, r.URL.Path)
		return
	}
	w.WriteHeader(said.Status)
	w.Write(said.Body)
}

func (c *collection) page(w http.ResponseWriter, r *http.Request) {
	limit, start := len(c.items), 0
	fmt.Sscan(r.URL.Query().Get("limit"), &limit)
	fmt.Sscan(r.URL.Query().Get("continue"), &start)
	end := min(start+limit, len(c.items))
	metadata := map[string]any{"resourceVersion": "1"}
	if end < len(c.items) {
		metadata["continue"] = fmt.Sprint(end)
	}
	items := c.items[start:end]
	json.NewEncoder(w).Encode(map[string]any{"apiVersion": c.apiVersion, "kind": c.kind + "List", "metadata": metadata, "items": items})
}

func kubeconfig(name, host string, port int, caPem []byte, token string) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Config
clusters:
- name: %[1]s
  cluster:
    certificate-authority-data: %[2]s
    server: https://%[3]s:%[4]d
users:
- name: %[1]s
  user:
    token: %[5]s
contexts:
- name: %[1]s
  context:
    cluster: %[1]s
    user: %[1]s
current-context: %[1]s
`, name, base64.StdEncoding.EncodeToString(caPem), host, port, token)
}

type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pem         []byte
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "fleet-ca"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return &authority{certificate, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}, err
}

func (a *authority) serverCertificate(host string, serial int) (*tls.Certificate, error) {
	template := &x509.Certificate{SerialNumber: big.NewInt(int64(serial + 2)), Subject: pkix.Name{CommonName: "kube-apiserver"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0), IPAddresses: []net.IP{net.ParseIP(host)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, KeyUsage: x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &a.key.PublicKey, a.key)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: a.key}, err
}
