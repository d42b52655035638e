/**
 * Counts sandboxes that appear, disappear and are lost. Input: changes of the registry, refused
 * connections and listings of the container runtime; output: counts.
 */
@NullMarked
package io.katamonitor.lifecycle;

import org.jspecify.annotations.NullMarked;
