/**
 * Asks the container runtime for pod metadata, by CRI v1 over gRPC on the event loop. Input: ids of
 * sandboxes; output: their pods.
 */
@NullMarked
package io.katamonitor.cri;

import org.jspecify.annotations.NullMarked;
