package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"k8s.io/apimachinery/pkg/util/yaml"
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdlatest "k8s.io/client-go/tools/clientcmd/api/latest"
	sigsyaml "sigs.k8s.io/yaml"
)

// What a client made from a kubeconfig uses. Secrets and certificates are told by their SHA-256.
type effective struct {
	Stage     string              `json:"stage"`
	URL       string              `json:"url"`
	Token     string              `json:"token"`
	TokenFile string              `json:"tokenFile"`
	Username  string              `json:"username"`
	Password  string              `json:"password"`
	CA        string              `json:"ca"`
	Cert      string              `json:"cert"`
	Key       string              `json:"key"`
	Server    string              `json:"serverName"`
	Insecure  bool                `json:"insecure"`
	Proxy     string              `json:"proxy"`
	As        string              `json:"as"`
	AsUID     string              `json:"asUid"`
	AsGroups  []string            `json:"asGroups"`
	AsExtra   map[string][]string `json:"asExtra"`
	Exec      string              `json:"exec"`
	Provider  string              `json:"authProvider"`
	Plain     bool                `json:"disableCompression"`
}

// The calls of k8ssandra-operator pkg/clientcache/cache.go GetRestConfig, then those of
// controller-runtime pkg/cluster/cluster.go New and pkg/client/apiutil/restmapper.go, in their order.
func asOperator(asked question) any {
	loaded, err := clientcmd.Load(asked.Kubeconfig)
	if err != nil {
		return failure("load", err)
	}
	config, err := clientcmd.NewNonInteractiveClientConfig(*loaded, asked.Context, &clientcmd.ConfigOverrides{}, nil).ClientConfig()
	if err != nil {
		return failure("config", err)
	}
	if _, err := rest.HTTPClientFor(config); err != nil {
		return failure("client", err)
	}
	base, err := serverURL(config)
	if err != nil {
		return failure("url", err)
	}
	result := effective{
		Stage: "ok", URL: base.String(),
		Token: fingerprint([]byte(config.BearerToken)), TokenFile: config.BearerTokenFile,
		Username: config.Username, Password: fingerprint([]byte(config.Password)),
		CA: fingerprint(config.CAData), Cert: fingerprint(config.CertData), Key: fingerprint(config.KeyData),
		Server: config.ServerName, Insecure: config.Insecure,
		As: config.Impersonate.UserName, AsUID: config.Impersonate.UID,
		AsGroups: config.Impersonate.Groups, AsExtra: config.Impersonate.Extra,
		Plain: config.DisableCompression,
	}
	if config.Proxy != nil {
		proxy, err := config.Proxy(&http.Request{})
		if err != nil {
			return failure("proxy", err)
		}
		result.Proxy = proxy.String()
	}
	if config.ExecProvider != nil {
		result.Exec = config.ExecProvider.Command
	}
	if config.AuthProvider != nil {
		result.Provider = config.AuthProvider.Name
	}
	return result
}

func fingerprint(value []byte) string {
	if len(value) == 0 {
		return ""
	}
	sum := sha256.Sum256(value)
	return hex.EncodeToString(sum[:6])
}

// A kubeconfig as client-go has read it. Its own YAML would not do: what go-yaml writes it cannot always read.
func readBack(asked question) any {
	loaded, err := clientcmd.Load(asked.Kubeconfig)
	if err != nil {
		return failure("load", err)
	}
	versioned, err := clientcmdlatest.Scheme.ConvertToVersion(loaded, clientcmdlatest.ExternalVersion)
	if err != nil {
		return failure("convert", err)
	}
	return map[string]any{"stage": "ok", "documents": []any{versioned}}
}

// YAML of several documents as kubectl splits and reads it: each document as JSON.
func asDocuments(asked question) any { return documents(asked.Kubeconfig) }

// A text that is one YAML document, as client-go turns it into JSON.
func asJSON(asked question) any {
	value, err := sigsyaml.YAMLToJSON(asked.Kubeconfig)
	if err != nil {
		return failure("load", err)
	}
	return map[string]any{"stage": "ok", "documents": []json.RawMessage{value}}
}

func documents(text []byte) any {
	all := []json.RawMessage{}
	for reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text))); ; {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return map[string]any{"stage": "ok", "documents": all}
		} else if err != nil {
			return failure("split", err)
		}
		value, err := sigsyaml.YAMLToJSON(document)
		if err != nil {
			return failure("load", err)
		}
		all = append(all, value)
	}
}
