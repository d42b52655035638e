/**
 * Learned series: almost every line of a body has the same name and labels as a line of an earlier
 * body, of this sandbox or of another. These are kept once, as {@link
 * io.katamonitor.template.FamilyTemplate}; a body is a list of templates and its values ({@link
 * io.katamonitor.template.DecodedBody}).
 *
 * <p>Example. The first body with these 59 bytes
 *
 * <pre>{@code
 * # TYPE kata_x gauge
 * kata_x{item="a"} 5
 * kata_x{item="b"} 17
 * }</pre>
 *
 * makes a template with the header {@code # TYPE kata_x gauge⏎} and the series {@code
 * kata_x{item="a"}⎵} and {@code kata_x{item="b"}⎵} (⏎ is a line feed, ⎵ a blank). Every such body
 * is kept as one segment: a reference to the template, 2 lines, and the 5 bytes of values {@code
 * 5⏎17⏎}. Lines that are not learned are kept whole ({@link
 * io.katamonitor.template.UntemplatedLines}).
 *
 * <p>{@link io.katamonitor.template.BodyDecoder} is the entry: it finds the template of each family
 * ({@link io.katamonitor.template.TemplateHints}, {@code HeaderTable}) and passes the samples to
 * {@code SampleCollector}, which makes the segments. {@link io.katamonitor.template.TemplateCache}
 * owns what is learned.
 *
 * <p>All types are confined to one thread, that of the event loop.
 */
@NullMarked
package io.katamonitor.template;

import org.jspecify.annotations.NullMarked;
