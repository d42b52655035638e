/**
 * A simulated node: any number of shims on unix sockets below both storage roots, and a CRI runtime
 * that knows their pods, all on one event loop in one process. Methods of the node and its
 * sandboxes may be called from any thread but that loop; they return when what they ask is done.
 */
@NullMarked
package io.katamonitor.sim;

import org.jspecify.annotations.NullMarked;
