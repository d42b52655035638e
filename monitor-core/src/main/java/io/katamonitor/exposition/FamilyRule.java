package io.katamonitor.exposition;

import org.jspecify.annotations.Nullable;

/** Which families are kept. Asked once for each name and remembered. */
@FunctionalInterface
public interface FamilyRule {
  /** Why the family that goes out under {@code name} is dropped; null where it is kept. */
  @Nullable DropReason drops(String name);

  /** Keeps all. */
  FamilyRule ALL = name -> null;

  /** SPEC 4.2: Kata's own only, and none of the monitor's. */
  FamilyRule KATA =
      name -> {
        if (!name.startsWith("kata_")) {
          return DropReason.FOREIGN;
        }
        return name.startsWith("kata_monitor_") ? DropReason.RESERVED : null;
      };
}
