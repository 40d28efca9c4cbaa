package main

import (
	"crypto/x509"
	"net/url"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// Whether Go can read one DER certificate.
func parsed(asked question) any {
	for _, der := range asked.Chain {
		if _, err := x509.ParseCertificate(der); err != nil {
			return failure("certificate", err)
		}
	}
	return map[string]string{"stage": "ok"}
}

// The verdict of crypto/tls on a server's chain of DER certificates, leaf first, at a time in milliseconds.
func verified(asked question) any {
	certificates := make([]*x509.Certificate, 0, len(asked.Chain))
	for _, der := range asked.Chain {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return failure("certificate", err)
		}
		certificates = append(certificates, certificate)
	}
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	for _, der := range asked.Roots {
		root, err := x509.ParseCertificate(der)
		if err != nil {
			return failure("root", err)
		}
		roots.AddCert(root)
	}
	for _, certificate := range certificates[1:] {
		intermediates.AddCert(certificate)
	}
	_, err := certificates[0].Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: intermediates, DNSName: asked.Name, CurrentTime: time.UnixMilli(asked.At),
	})
	if err != nil {
		return failure("verify", err)
	}
	return map[string]string{"stage": "ok"}
}

type parts struct {
	Stage  string `json:"stage"`
	Scheme string `json:"scheme"`
	Host   string `json:"host"`
	Path   string `json:"path"`
	User   bool   `json:"user"`
	Whole  string `json:"whole"`
	// What client-go dials for it without any TLS option, and with one.
	Plain  string `json:"plain"`
	Secure string `json:"secure"`
}

func asURL(asked question) any {
	address, err := url.Parse(asked.Text)
	if err != nil {
		return failure("url", err)
	}
	return parts{
		"ok", address.Scheme, address.Host, address.Path, address.User != nil, address.String(),
		dialled(asked.Text, false), dialled(asked.Text, true),
	}
}

func dialled(text string, tls bool) string {
	address, _, err := rest.DefaultServerURL(text, "", schema.GroupVersion{}, tls)
	if err != nil {
		return failure("url", err).Message
	}
	return address.String()
}
