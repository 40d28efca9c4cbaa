package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"sync"
	"time"

	authentication "k8s.io/api/authentication/v1"
	authorization "k8s.io/api/authorization/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const parallel = 128

// The part of a listed object that the questions need.
type item struct {
	Metadata meta.ObjectMeta
	Spec     struct {
		ContextName      string
		KubeConfigSecret struct{ Name string }
	}
}

// all runs what it is given at the same time, at most `parallel`, and returns the first error.
func all(work ...func() error) error {
	var group sync.WaitGroup
	slots, errors := make(chan struct{}, parallel), make([]error, len(work))
	for index, one := range work {
		group.Add(1)
		go func() {
			defer group.Done()
			slots <- struct{}{}
			defer func() { <-slots }()
			errors[index] = one()
		}()
	}
	group.Wait()
	for _, err := range errors {
		if err != nil {
			return err
		}
	}
	return nil
}

func get(ctx context.Context, client *kubernetes.Clientset, path string) func() error {
	return func() error {
		_, err := client.Discovery().RESTClient().Get().AbsPath(path).DoRaw(ctx)
		return err
	}
}

func pages(ctx context.Context, client *kubernetes.Clientset, path string, into *[]item) func() error {
	return func() error {
		for next := ""; ; {
			text, err := client.Discovery().RESTClient().Get().AbsPath(path).Param("limit", "500").Param("continue", next).DoRaw(ctx)
			if err != nil {
				return err
			}
			var page struct {
				Metadata struct{ Continue string }
				Items    []item
			}
			if err := json.Unmarshal(text, &page); err != nil {
				return err
			}
			*into = append(*into, page.Items...)
			if next = page.Metadata.Continue; next == "" {
				return nil
			}
		}
	}
}

// The Secrets that kubectl-k8ssandra has made in one namespace.
func ownSecrets(ctx context.Context, client *kubernetes.Clientset) func() error {
	return func() error {
		_, err := client.CoreV1().Secrets(namespace).List(ctx, meta.ListOptions{LabelSelector: "app.kubernetes.io/managed-by=kubectl-k8ssandra"})
		return err
	}
}

// Asks the webhook of the operator which contexts it knows: it always denies, and that is the answer.
func askWebhook(ctx context.Context, client *kubernetes.Clientset, names []item) func() error {
	return func() error {
		var datacenters []map[string]any
		for _, one := range names {
			datacenters = append(datacenters, map[string]any{"k8sContext": one.Spec.ContextName, "size": 1, "storageConfig": map[string]any{}})
		}
		body, err := json.Marshal(map[string]any{
			"apiVersion": "k8ssandra.io/v1alpha1", "kind": "K8ssandraCluster", "metadata": map[string]any{"generateName": "dry-run-", "namespace": namespace},
			"spec": map[string]any{"cassandra": map[string]any{"datacenters": datacenters}},
		})
		if err != nil {
			return err
		}
		path := "/apis/k8ssandra.io/v1alpha1/namespaces/" + namespace + "/k8ssandraclusters"
		client.Discovery().RESTClient().Post().AbsPath(path).Param("dryRun", "All").SetHeader("Content-Type", "application/json").Body(body).Do(ctx)
		return nil
	}
}

func groups(ctx context.Context, client *kubernetes.Clientset, paths ...string) (asked []func() error) {
	for _, path := range paths {
		asked = append(asked, get(ctx, client, "/apis/"+path))
	}
	return asked
}

func ask(args []string) error {
	flags := flag.NewFlagSet("ask", flag.ExitOnError)
	file := flags.String("kubeconfig", "", "of the control plane")
	flags.Parse(args)
	config, err := clientcmd.BuildConfigFromFlags("", *file)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = -1, 100000
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	ctx := context.Background()
	var clientConfigs, rest []item
	operators := meta.ListOptions{LabelSelector: "control-plane=k8ssandra-operator"}
	if err := all(
		func() error { _, err := client.Discovery().ServerVersion(); return err },
		func() error {
			_, err := client.CoreV1().Namespaces().Get(ctx, "kube-system", meta.GetOptions{})
			return err
		},
		func() error { _, err := client.AppsV1().Deployments("").List(ctx, operators); return err },
		pages(ctx, client, "/apis/config.k8ssandra.io/v1beta1/clientconfigs", &clientConfigs),
	); err != nil {
		return err
	}
	secrets := make([][]byte, len(clientConfigs))
	second := []func() error{
		pages(ctx, client, "/apis/k8ssandra.io/v1alpha1/k8ssandraclusters", &rest),
		pages(ctx, client, "/apis/replication.k8ssandra.io/v1alpha1/replicatedsecrets", &[]item{}),
		pages(ctx, client, "/apis/control.k8ssandra.io/v1alpha1/k8ssandratasks", &[]item{}),
		func() error { _, err := client.CoreV1().Pods(namespace).List(ctx, operators); return err },
		func() error {
			_, err := client.CoreV1().ConfigMaps(namespace).List(ctx, meta.ListOptions{LabelSelector: "k8ssandra.io/config=image"})
			return err
		},
	}
	second = append(second, ownSecrets(ctx, client), askWebhook(ctx, client, clientConfigs))
	second = append(second, groups(ctx, client, "control.k8ssandra.io/v1alpha1", "k8ssandra.io/v1alpha1", "medusa.k8ssandra.io/v1alpha1",
		"reaper.k8ssandra.io/v1alpha1", "replication.k8ssandra.io/v1alpha1", "stargate.k8ssandra.io/v1alpha1", "cassandra.datastax.com/v1beta1")...)
	for index, one := range clientConfigs {
		second = append(second, func() error {
			secret, err := client.CoreV1().Secrets(one.Metadata.Namespace).Get(ctx, one.Spec.KubeConfigSecret.Name, meta.GetOptions{})
			if err == nil {
				secrets[index] = secret.Data["kubeconfig"]
			}
			return err
		})
	}
	if err := all(second...); err != nil {
		return err
	}
	var lock sync.Mutex
	lines := make([]string, len(clientConfigs))
	var probes []func() error
	for index, one := range clientConfigs {
		probes = append(probes, func() error {
			line, err := probe(ctx, secrets[index], one.Spec.ContextName)
			lock.Lock()
			defer lock.Unlock()
			if lines[index] = line; err != nil {
				lines[index] = one.Spec.ContextName + " " + err.Error()
			}
			return nil
		})
	}
	if err := all(probes...); err != nil {
		return err
	}
	for _, line := range lines {
		fmt.Println(line)
	}
	return nil
}

func probe(ctx context.Context, stored []byte, contextName string) (string, error) {
	loaded, err := clientcmd.Load(stored)
	if err != nil {
		return "", err
	}
	config, err := clientcmd.NewNonInteractiveClientConfig(*loaded, contextName, nil, nil).ClientConfig()
	if err != nil {
		return "", err
	}
	config.QPS, config.Timeout = -1, 10*time.Second
	return questions(ctx, config)
}

func questions(ctx context.Context, config *rest.Config) (string, error) {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return "", err
	}
	var version string
	work := groups(ctx, client, "cassandra.datastax.com/v1beta1", "control.k8ssandra.io/v1alpha1", "reaper.k8ssandra.io/v1alpha1", "stargate.k8ssandra.io/v1alpha1")
	work = append(work,
		ownSecrets(ctx, client),
		func() error {
			_, err := client.AppsV1().Deployments(namespace).List(ctx, meta.ListOptions{LabelSelector: "control-plane=k8ssandra-operator"})
			return err
		},
		func() error {
			info, err := client.Discovery().ServerVersion()
			if err == nil {
				version = info.GitVersion
			}
			return err
		},
		func() error {
			_, err := client.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authentication.SelfSubjectReview{}, meta.CreateOptions{})
			return err
		},
		func() error {
			review := &authorization.SelfSubjectRulesReview{Spec: authorization.SelfSubjectRulesReviewSpec{Namespace: namespace}}
			_, err := client.AuthorizationV1().SelfSubjectRulesReviews().Create(ctx, review, meta.CreateOptions{})
			return err
		})
	err = all(work...)
	return config.Host + " " + version, err
}
