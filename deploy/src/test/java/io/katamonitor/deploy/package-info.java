/**
 * Renders chart and kustomizations and parses every object as strictly as the API server: typed
 * objects, arguments by the daemon's command line parser, rules by Prometheus's tool.
 */
@NullMarked
package io.katamonitor.deploy;

import org.jspecify.annotations.NullMarked;
