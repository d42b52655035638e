// A program that serves net/http/pprof on a unix socket, as a Kata shim does: what "go tool pprof" reads is real.
package main

import (
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
)

// spin keeps one CPU busy, so that a CPU profile has a sample to show.
//
//go:noinline
func spin(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		sum += i * i % 7
	}
	return sum
}

func main() {
	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	go func() {
		for {
			spin(1 << 20)
		}
	}()
	fmt.Println("ready")
	fmt.Fprintln(os.Stderr, http.Serve(listener, nil))
}
