package io.katamonitor.deploy;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;

/** The Helm chart, rendered by Helm's own library. */
final class Chart {
  static final Path FOLDER = Path.of("helm", "kata-monitor");

  private Chart() {}

  /** Renders with these values (YAML); an error of Helm is an exception with its message. */
  static Manifests render(String values) throws IOException {
    return Manifests.parse(text(values));
  }

  /** The text that Helm prints after an installation with these values. */
  static String notes(String values) throws IOException {
    return withFile(
        values,
        file ->
            new Helm(FOLDER)
                .install()
                .clientOnly()
                .dryRun()
                .withName("node")
                .withNamespace("kata-system")
                .withValuesFile(file)
                .call()
                .getOutput());
  }

  static String text(String values) throws IOException {
    String text =
        withFile(
            values,
            file ->
                new Helm(FOLDER)
                    .template()
                    .withName("node")
                    .withNamespace("kata-system")
                    .withValuesFile(file)
                    .call());
    return Objects.requireNonNullElse(text, "");
  }

  private static String withFile(String values, Function<Path, String> command) throws IOException {
    Path file = Files.createTempFile("values", ".yaml");
    try {
      Files.writeString(file, values);
      return command.apply(file);
    } finally {
      Files.delete(file);
    }
  }
}
