/**
 * Client of the container runtime: CRI v1 over gRPC, on the event loop. Input: ids of sandboxes, or
 * uids of pods; output: the pods of the sandboxes, or the sandboxes of the pods.
 */
@NullMarked
package io.katamonitor.cri;

import org.jspecify.annotations.NullMarked;
