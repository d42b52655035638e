package io.katamonitor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Bill of materials and licences, which image and package both hold. */
final class LicencesTest {
  private static final Path APPLICATION = Path.of("target", "kata-monitor");
  private static final Path PAPERS = APPLICATION.resolve("doc");

  /** The file that holds a licence's text. */
  private static final Map<String, String> TEXTS =
      Map.of(
          "Apache-2.0", "Apache-2.0.txt",
          "BSD-3-Clause", "BSD-3-Clause-protobuf.txt"); // Also BSD-3-Clause-jline.txt.

  @Test
  void billOfMaterialsListsExactlyTheContentOfTheJar() throws IOException {
    List<String> named =
        components()
            .map(component -> {
              String classifier =
                  component.get("purl").asText().replaceAll(".*classifier=([^&]*).*|.*", "$1");
              return component.get("name").asText()
                  + (isOurs(component) ? "" : "-" + component.get("version").asText())
                  + (classifier.isEmpty() ? "" : "-" + classifier)
                  + ".jar";
            })
            .toList();

    List<Path> shipped =
        Stream.of(System.getProperty("kata.shipped", "").split(":", -1)).map(Path::of).toList();
    assertThat(named)
        .containsExactlyInAnyOrderElementsOf(
            shipped.stream().map(file -> String.valueOf(file.getFileName())).toList());

    assertThat(classes(APPLICATION.resolve("lib/app/kata-monitor.jar")))
        .isEqualTo(
            shipped.stream()
                .flatMap(file -> classes(file).stream())
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static boolean isOurs(JsonNode component) {
    return component.path("group").asText().equals("io.katamonitor");
  }

  /** Names of the class files, without those of other Java versions and modules. */
  private static SortedSet<String> classes(Path jar) {
    try (var file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(JarEntry::getName)
          .filter(name -> name.endsWith(".class"))
          .filter(name -> !name.startsWith("META-INF/") && !name.endsWith("module-info.class"))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyLibraryHasAKnownLicenceWithItsText() throws IOException {
    List<JsonNode> components = components().toList();

    assertThat(components).isNotEmpty();
    for (JsonNode component : components) {
      List<String> licences = component.path("licenses").findValuesAsText("id");
      assertThat(licences).as("%s", component.get("name")).isNotEmpty();
      for (String licence : licences) {
        assertThat(TEXTS).as("%s", component.get("name")).containsKey(licence);
        assertThat(PAPERS.resolve("licenses").resolve(TEXTS.getOrDefault(licence, "?"))).exists();
      }
    }
  }

  @Test
  void licenceOfTheRuntimeExistsForEachModule() {
    for (String module : List.of("java.base", "java.logging", "java.naming", "jdk.unsupported")) {
      assertThat(APPLICATION.resolve("lib/runtime/legal").resolve(module)).isDirectory();
    }
    assertThat(APPLICATION.resolve("lib/runtime/legal/java.base/LICENSE")).isNotEmptyFile();
  }

  private static Stream<JsonNode> components() throws IOException {
    // Absent when Maven is offline: the plugin that writes it then does nothing.
    Path bill = PAPERS.resolve("kata-monitor.cdx.json");
    assertThat(bill).exists();
    JsonNode components = new ObjectMapper().readTree(bill.toFile()).get("components");
    return StreamSupport.stream(components.spliterator(), false);
  }
}
