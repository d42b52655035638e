package io.katamonitor.sandbox;

import java.util.LinkedHashSet;
import java.util.Set;

/** The ids of sandboxes that changed in a storage root since it was last read. */
final class RootChanges {
  /** Sandboxes that were added, removed or replaced. */
  final Set<SandboxId> touched = new LinkedHashSet<>();

  /** Of these, the ones that were removed and made again since then. */
  final Set<SandboxId> replaced = new LinkedHashSet<>();
}
