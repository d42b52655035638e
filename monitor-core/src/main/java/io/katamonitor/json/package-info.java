/**
 * Reads JSON documents without building a tree: state files of the runtimes and, for {@code
 * kata-monitor top}, the response of a monitor.
 */
@NullMarked
package io.katamonitor.json;

import org.jspecify.annotations.NullMarked;
