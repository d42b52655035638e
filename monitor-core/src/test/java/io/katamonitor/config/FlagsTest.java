package io.katamonitor.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlagsTest {
  @Test
  void namesAndAliasesAreUnique() {
    assertThat(new HashSet<>(Usage.names())).hasSameSizeAs(Usage.names());
  }

  @Test
  void usageHasEveryFlagWithItsDefaultAndAliases() {
    for (var flag : Flags.ALL) {
      assertThat(Usage.text())
          .contains("  -" + flag.name())
          .contains(flag.description())
          .contains(String.join(" and ", flag.defaultValue()))
          .contains(flag.aliases().isEmpty() ? List.of(flag.name()) : flag.aliases());
    }
  }

  @Test
  void settingsAreAllValuesInTheOrderOfTheFlags() {
    var run =
        (Invocation.Run)
            CommandLine.parse(
                "-timeout-offset=250ms",
                "-metric-denylist=a,b",
                "-log-level=warn",
                "-log-format=json");

    assertThat(run.settings())
        .contains(
            new Setting("listen-address", "127.0.0.1:8090"),
            new Setting("sandboxes-path", "/run/vc/sbs,/run/kata"),
            new Setting("timeout-offset", "250ms"),
            new Setting("scrape-timeout", "3s"),
            new Setting("max-shim-response-bytes", "4MiB"),
            new Setting("log-level", "warning"),
            new Setting("log-format", "json"),
            new Setting("metric-denylist", "a,b"))
        .extracting(Setting::flag)
        .doesNotContain("metric-allowlist", "tls-cert-file", "web-config-file")
        .isSubsetOf(Flags.ALL.stream().map(Flag::name).toList())
        .isEqualTo(flagsIn(run.settings()));
  }

  /** Their names in the order of the list of flags. */
  private static List<String> flagsIn(List<Setting> settings) {
    return Flags.ALL.stream()
        .map(Flag::name)
        .filter(name -> settings.stream().anyMatch(setting -> setting.flag().equals(name)))
        .toList();
  }
}
