/**
 * Encodes responses, block by block while the client reads: text, protobuf, and both with gzip.
 * Nothing is parsed into objects. To <i>splice</i> means to insert a sandbox's labels and values
 * into a pattern that all sandboxes share; samples that do not fit one take a slower path.
 *
 * <p>Example. A gauge with one label, of a sandbox whose only label is {@code s="1"}, as text and
 * as field {@code metric} of a {@code MetricFamily}:
 *
 * <pre>{@code
 * kata_x{item="a",s="1"} 5⏎
 * 22 1E  0A 09 0A 04 i t e m 12 01 a  0A 06 0A 01 s 12 01 1  12 09 09 00 00 00 00 00 00 14 40
 * }</pre>
 *
 * <p>{@link io.katamonitor.encode.TextEncoder} and {@link io.katamonitor.encode.ProtobufEncoder}
 * write bytes to a shared block and mark which of them are labels or lines of a pattern; {@link
 * io.katamonitor.encode.GzipOutput} makes DEFLATE matches of these instead of searching for them.
 *
 * <p>All types are confined to one thread, that of the event loop, or immutable.
 */
@NullMarked
package io.katamonitor.encode;

import org.jspecify.annotations.NullMarked;
