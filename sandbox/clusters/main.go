// Command clusters is the parts of a Kubernetes control plane that the tests run, and kubectl, as one binary.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
)

func main() {
	// Each part reads os.Args as if it were a program of its own.
	os.Args = os.Args[1:]
	if len(os.Args) == 0 {
		os.Args = []string{"no part"}
	}
	if os.Args[0] == "kubectl" {
		if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
			util.CheckErr(err)
		}
		return
	}
	// Standard input ends when the tests do, even if they were killed: nothing outlives them.
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	parts := map[string]func() *cobra.Command{
		"kube-apiserver":          apiserver.NewAPIServerCommand,
		"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	}
	if part, known := parts[os.Args[0]]; known {
		os.Exit(cli.Run(part()))
	} else if os.Args[0] == "etcd" {
		etcdmain.Main(os.Args)
	} else {
		fmt.Fprintln(os.Stderr, "usage: clusters etcd|kube-apiserver|kube-controller-manager|kubectl [flags]")
		os.Exit(2)
	}
}
