package io.katamonitor.scrape;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a sandbox at a moment.
 *
 * @param reason why it fails; null unless it is failing, in back-off or stuck
 * @param detail one sentence about the failure; null where there is no reason
 * @param since when the state began
 */
public record SandboxStatus(
    SandboxState state, @Nullable FailureReason reason, @Nullable String detail, Instant since) {}
