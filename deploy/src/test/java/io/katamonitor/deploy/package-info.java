/**
 * Renders what an operator installs, chart and kustomizations, and reads every object back as the
 * API server would: strictly typed, arguments by our own command line, rules by Prometheus's tool.
 */
@NullMarked
package io.katamonitor.deploy;

import org.jspecify.annotations.NullMarked;
