/**
 * Own series: what happens is counted as it happens; at each scrape typed values are written into
 * templates, which the merge takes like those of shims. Nothing is parsed.
 *
 * <p>Example. A sandbox that is up, as template, value in its body, and line of the response:
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
