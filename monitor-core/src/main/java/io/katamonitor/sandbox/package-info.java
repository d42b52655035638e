/**
 * The sandboxes of this node: which there are, where their shims listen and which pods they run.
 * Written by the discovery threads and the metadata callbacks, read as immutable snapshots from any
 * thread.
 */
@NullMarked
package io.katamonitor.sandbox;

import org.jspecify.annotations.NullMarked;
