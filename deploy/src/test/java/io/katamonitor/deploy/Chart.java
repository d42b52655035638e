package io.katamonitor.deploy;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The Helm chart, rendered by Helm's own library. */
final class Chart {
  static final Path FOLDER = Path.of("helm", "kata-monitor");

  private Chart() {}

  /** Renders with these values, a YAML text; what Helm refuses is an exception with its message. */
  static Manifests render(String values) throws IOException {
    return Manifests.parse(text(values));
  }

  static String text(String values) throws IOException {
    Path file = Files.createTempFile("values", ".yaml");
    try {
      Files.writeString(file, values);
      String text =
          new Helm(FOLDER)
              .template()
              .withName("node")
              .withNamespace("kata-system")
              .withValuesFile(file)
              .call();
      return Objects.requireNonNullElse(text, "");
    } finally {
      Files.delete(file);
    }
  }
}
