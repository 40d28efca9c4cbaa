//go:build oldest

package main

import (
	"net/url"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// What rest/url_utils.go defaultServerUrlFor calls, which is not exported in this version.
func serverURL(config *rest.Config) (*url.URL, error) {
	secure := config.CAFile != "" || len(config.CAData) > 0 || config.CertFile != "" || len(config.CertData) > 0 || config.Insecure
	host := config.Host
	if host == "" {
		host = "localhost"
	}
	base, _, err := rest.DefaultServerURL(host, config.APIPath, schema.GroupVersion{}, secure)
	return base, err
}
