package io.katamonitor.sandbox;

import java.util.LinkedHashSet;
import java.util.Set;

/** Which ids a look at the storage roots found otherwise than before. */
final class RootChanges {
  /** Came, went, or is another than before. */
  final Set<SandboxId> touched = new LinkedHashSet<>();

  /** Of these, the ones removed and made again since the last look. */
  final Set<SandboxId> replaced = new LinkedHashSet<>();
}
