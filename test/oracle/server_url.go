//go:build !oldest

package main

import (
	"net/url"

	"k8s.io/client-go/rest"
)

func serverURL(config *rest.Config) (*url.URL, error) {
	base, _, err := rest.DefaultServerUrlFor(config)
	return base, err
}
