package io.katamonitor.scrape;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.ShimRuntime;
import java.util.Locale;
import java.util.Set;

/**
 * Which shims may be asked for metrics without harm: runtime-rs's up to August 2026 abort on it
 * with some hypervisors, and their pods with them.
 */
@FunctionalInterface
public interface AskRule {
  Set<String> DEADLY = Set.of("qemu", "firecracker");

  boolean mayAsk(Sandbox sandbox);

  AskRule ALL = sandbox -> true;

  AskRule GO_ONLY = sandbox -> sandbox.runtime() == ShimRuntime.GO;

  /** Of runtime-rs's, those whose state names a hypervisor that is not deadly. */
  AskRule KNOWN_TO_BE_SAFE =
      sandbox -> {
        var hypervisor = sandbox.hypervisor();
        return sandbox.runtime() == ShimRuntime.GO
            || (hypervisor != null
                && !DEADLY.contains(hypervisor.strip().toLowerCase(Locale.ROOT)));
      };
}
