package io.katamonitor.sandbox;

/**
 * A sandbox in a fresh listing of the container runtime.
 *
 * @param uid of its pod
 * @param attempt number of sandboxes that the pod had before this one
 * @param isReady whether the runtime reports it as ready
 */
public record ListedSandbox(SandboxId id, String uid, int attempt, boolean isReady) {}
