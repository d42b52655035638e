/**
 * Asking shims over their unix sockets: a request in, the answer out as it arrives. Confined to the
 * event loop.
 */
@NullMarked
package io.katamonitor.shim;

import org.jspecify.annotations.NullMarked;
