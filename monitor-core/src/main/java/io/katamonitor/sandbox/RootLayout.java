package io.katamonitor.sandbox;

import java.nio.file.Path;

/** Whose sandboxes a storage root holds, told by the root's name. */
enum RootLayout {
  /** {@code /run/vc/sbs}: the Go runtime's. */
  GO,
  /** {@code /run/kata}: runtime-rs's. */
  RUNTIME_RS,
  /** Any other name: a sandbox is runtime-rs's once a {@code state.json} is in its folder. */
  EITHER;

  static RootLayout of(Path root) {
    var name = root.getFileName();
    return switch (name == null ? "" : name.toString()) {
      case "sbs" -> GO;
      case "kata" -> RUNTIME_RS;
      default -> EITHER;
    };
  }
}
