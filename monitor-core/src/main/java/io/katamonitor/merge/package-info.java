/**
 * Families across sandboxes: one order over the segments of all bodies, conflicts of type and name,
 * and Kata's naming policy ({@link io.katamonitor.merge.KataNames}).
 *
 * <p>Example. Sandboxes {@code a} and {@code b} send {@code # TYPE kata_x gauge} and {@code kata_x
 * 1}; sandbox {@code c} sends {@code # TYPE kata_x histogram} with {@code kata_x_bucket{le="+Inf"}
 * 2}, {@code kata_x_sum 3} and {@code kata_x_count 2}. Two of three declare a gauge, so the text of
 * the response is, with {@code L} for the labels of each sandbox:
 *
 * <pre>{@code
 * # TYPE kata_x gauge
 * kata_x{La} 1
 * kata_x{Lb} 1
 * # TYPE kata_x_bucket untyped
 * kata_x_bucket{Lc,le="+Inf"} 2
 * # TYPE kata_x_count untyped
 * kata_x_count{Lc} 2
 * # TYPE kata_x_sum untyped
 * kata_x_sum{Lc} 3
 * }</pre>
 *
 * <p>All types are confined to one thread or immutable.
 */
@NullMarked
package io.katamonitor.merge;

import org.jspecify.annotations.NullMarked;
