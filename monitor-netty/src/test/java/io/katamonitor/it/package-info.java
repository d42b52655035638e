/** The monitor with the real programs it works with: containerd, Prometheus, Go's tools. */
package io.katamonitor.it;
