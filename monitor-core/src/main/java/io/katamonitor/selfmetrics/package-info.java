/**
 * Own series: events are counted when they happen; at each scrape typed values are written for
 * templates, which are merged like those of shims. Nothing is parsed.
 *
 * <p>Example. For a sandbox that is up, the series in the template, the value in the body, and the
 * line of the response:
 *
 * <pre>
 * prefix    kata_monitor_sandbox_up&#123;
 * suffix    &#125;⎵
 * value     1⏎
 * line      kata_monitor_sandbox_up&#123;sandbox_id="f1",cri_uid="",...&#125; 1⏎
 * </pre>
 *
 * <p>All types are confined to the event loop.
 */
@NullMarked
package io.katamonitor.selfmetrics;

import org.jspecify.annotations.NullMarked;
