/** A simulated node. */
@NullMarked
package io.katamonitor.sim;

import org.jspecify.annotations.NullMarked;
