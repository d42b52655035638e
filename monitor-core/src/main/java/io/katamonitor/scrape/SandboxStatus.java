package io.katamonitor.scrape;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a sandbox at a moment; {@link ScrapeService#status} returns it. Immutable.
 *
 * @param reason why it fails; null unless it is failing, in back-off or stuck
 * @param detail one readable sentence about the last failure or why it is not scraped; null if
 *     there is neither. May contain text of a guest or shim, which has to be escaped
 * @param since when the state began
 */
public record SandboxStatus(
    SandboxState state, @Nullable FailureReason reason, @Nullable String detail, Instant since) {}
