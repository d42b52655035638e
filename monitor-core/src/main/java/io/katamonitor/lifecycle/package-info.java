/**
 * How sandboxes come, go and are lost. Input: the registry's news, refused connections and listings
 * of the container runtime; output: counts.
 */
@NullMarked
package io.katamonitor.lifecycle;

import org.jspecify.annotations.NullMarked;
