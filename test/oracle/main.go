// Command oracle says what client-go makes of a kubeconfig, and what Go makes of URLs and certificates:
// a question a line on standard input, an answer a line on standard output, both JSON.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// A question names its kind and carries what that kind needs; bytes are base64.
type question struct {
	Ask        string   `json:"ask"`
	Kubeconfig []byte   `json:"kubeconfig"`
	Context    string   `json:"context"`
	Text       string   `json:"text"`
	Chain      [][]byte `json:"chain"`
	Roots      [][]byte `json:"roots"`
	Name       string   `json:"name"`
	At         int64    `json:"at"`
}

var answers = map[string]func(question) any{
	"operator":    asOperator,
	"read":        readBack,
	"yaml":        asJSON,
	"documents":   asDocuments,
	"url":         asURL,
	"certificate": parsed,
	"chain":       verified,
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for lines.Scan() {
		if err := encoder.Encode(answer(lines.Bytes())); err != nil {
			fatal(err)
		}
		// Whoever waits for one answer before the next question would wait for ever otherwise.
		if err := out.Flush(); err != nil {
			fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		fatal(err)
	}
}

func answer(line []byte) (result any) {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		fatal(err)
	}
	known, ok := answers[asked.Ask]
	if !ok {
		fatal(fmt.Errorf("no such question: %q", asked.Ask))
	}
	defer func() {
		if cause := recover(); cause != nil {
			result = failure("panic", fmt.Errorf("%v", cause))
		}
	}()
	return known(asked)
}

type failed struct {
	Stage   string `json:"stage"`
	Message string `json:"message"`
}

// The operator logs a message as one field; people read and compare its first line.
func failure(stage string, err error) failed {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return failed{stage, line}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "oracle:", err)
	os.Exit(1)
}
