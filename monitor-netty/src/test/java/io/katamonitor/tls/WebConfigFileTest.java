package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Good and bad files, named after their rule. The first line of a bad one has the expected error
 * message.
 */
class WebConfigFileTest {
  private static final Path CORPUS = Path.of("src/test/resources/web-config");

  @TempDir static Path folder;

  @BeforeAll
  static void copyCertificates() throws Exception {
    TestCertificates.copyTo(folder);
  }

  static List<String> good() throws IOException {
    return names("good");
  }

  static List<String> bad() throws IOException {
    return names("bad");
  }

  private static List<String> names(String kind) throws IOException {
    try (Stream<Path> files = Files.list(CORPUS.resolve(kind))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void testCasesExist() throws Exception {
    assertThat(good().size() + bad().size()).isGreaterThan(40);
  }

  @ParameterizedTest
  @MethodSource("good")
  void goodFileIsAccepted(String name) throws Exception {
    var file = besideTheCertificates("good", name);
    assertThatCode(() -> ConfiguredSecurity.of(file).close()).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badFileIsRejectedWithAnErrorMessage(String name) throws Exception {
    var file = besideTheCertificates("bad", name);
    String expected = Files.readAllLines(file).getFirst().substring(2);
    assertThatThrownBy(() -> ConfiguredSecurity.of(file))
        .isInstanceOf(SecuritySetupException.class)
        .hasMessageContaining(expected)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n", "Exception"));
  }

  @Test
  void missingFileIsReported() {
    assertThatThrownBy(() -> ConfiguredSecurity.of(folder.resolve("none.yml")))
        .hasMessageContaining("none.yml: the file does not exist");
  }

  @Test
  void tooDeepNestingIsReported() throws Exception {
    var file = folder.resolve("deep.yml");
    Files.writeString(file, "[".repeat(100_000));
    assertThatThrownBy(() -> ConfiguredSecurity.of(file))
        .isInstanceOf(SecuritySetupException.class)
        .hasMessage("web-config-file " + file + ": its values are nested too deeply");
  }

  @Test
  void tenThousandEntriesAreAcceptedAndOneMoreIsRejected() throws Exception {
    var file = folder.resolve("long.yml");
    Files.writeString(file, "# ,\n".repeat(WebConfigFile.MAX_ENTRIES / 2));
    assertThatCode(() -> ConfiguredSecurity.of(file).close()).doesNotThrowAnyException();
    Files.writeString(file, "basic_auth_users: [" + "x,".repeat(WebConfigFile.MAX_ENTRIES) + ",]");
    assertThatThrownBy(() -> ConfiguredSecurity.of(file))
        .isInstanceOf(SecuritySetupException.class)
        .hasMessageEndingWith("long.yml: expected at most 10000 lines and commas in the file");
  }

  @Test
  void certificateAndKeyMayBeInline() throws Exception {
    var file = folder.resolve("inline.yml");
    Files.writeString(
        file,
        "tls_server_config:\n  cert: |\n"
            + Files.readString(folder.resolve("server.crt")).indent(4)
            + "  key: |\n"
            + Files.readString(folder.resolve("server.key")).indent(4)
            + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca: |\n"
            + Files.readString(folder.resolve("ca.crt")).indent(4));
    assertThatCode(() -> ConfiguredSecurity.of(file).close()).doesNotThrowAnyException();
  }

  private static Path besideTheCertificates(String kind, String name) throws IOException {
    var file = folder.resolve(kind + "-" + name);
    Files.copy(CORPUS.resolve(kind).resolve(name), file);
    return file;
  }
}
