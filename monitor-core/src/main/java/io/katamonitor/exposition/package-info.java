/**
 * Grammar of the Prometheus text format 0.0.4: tokens, sample lines, HELP and TYPE lines, numbers.
 * No policy: neither Kata's names nor the labels that the monitor adds appear here.
 *
 * <p>The grammar is the one that Go's {@code expfmt} (prometheus/common, {@code text_parse.go}) and
 * Prometheus's own parser (prometheus, {@code model/textparse/promparse.go}) both accept. Where
 * they differ, the stricter rule applies, so that both accept whatever is accepted here.
 *
 * <p>Example. The 41 bytes
 *
 * <pre>{@code
 * kata_a{item="x y", le = "0.5" ,} 1e3 170⏎
 * }</pre>
 *
 * are parsed by {@link io.katamonitor.exposition.SampleLine} into these ranges, each from the first
 * byte to the one after the last: name [0, 6), label 0 with name [7, 11) and value [13, 16), label
 * 1 with name [19, 21) and value [25, 28), value [33, 36), timestamp [37, 40). Nothing is copied,
 * and escapes in label values stay as they are.
 *
 * <p>All types are confined to one thread or immutable.
 */
@NullMarked
package io.katamonitor.exposition;

import org.jspecify.annotations.NullMarked;
