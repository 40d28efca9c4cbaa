// Two programs of the bench: `serve` is a control plane and its data planes with a latency, `ask` puts the questions of `contexts check` to them with client-go.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "serve":
			exit(serve(os.Args[2:]))
		case "ask":
			exit(ask(os.Args[2:]))
		}
	}
	exit(fmt.Errorf("usage: fleet serve|ask FLAGS"))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}
