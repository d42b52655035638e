package io.katamonitor.scrape;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a sandbox at a moment; {@link ScrapeService#status} returns it. Immutable.
 *
 * @param reason why it fails; null unless it is failing, in back-off or stuck
 * @param detail one sentence for people, about the last failure or why it is not scraped; null
 *     where there is neither. It may contain text of a guest or shim: escape it
 * @param since when the state began
 */
public record SandboxStatus(
    SandboxState state, @Nullable FailureReason reason, @Nullable String detail, Instant since) {}
