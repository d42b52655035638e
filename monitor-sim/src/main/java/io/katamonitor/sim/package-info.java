/**
 * A simulated node: any number of shims on unix sockets below both storage roots, and a CRI runtime
 * with their pods, all on one event loop in one process. Methods of the node and its sandboxes may
 * be called from any thread but that loop; they return when their effect is complete.
 */
@NullMarked
package io.katamonitor.sim;

import org.jspecify.annotations.NullMarked;
