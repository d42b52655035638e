package io.katamonitor.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeTypeTest {
  private final SizeType type = new SizeType(1, 1L << 30);

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1B",
    "1048576, 1048576, 1MiB",
    "16MiB, 16777216, 16MiB",
    "4KiB, 4096, 4KiB",
    "1GiB, 1073741824, 1GiB",
    "1073741824, 1073741824, 1GiB",
    "000000001073741824B, 1073741824, 1GiB",
    "1500B, 1500, 1500B"
  })
  void sizesAreBytesOrBinaryUnits(String text, long bytes, String formatted) {
    assertThat(type.parse(text)).isEqualTo(bytes);
    assertThat(type.format(bytes)).isEqualTo(formatted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-1",
        "MiB",
        "1.5MiB",
        "1MB",
        "2GiB",
        "1073741825",
        "9223372036854775807GiB",
        "999999999999999999GiB",
        "99999999999999999999",
        "9999999999GiB"
      })
  void otherSizesAreRejected(String text) {
    assertThatThrownBy(() -> type.parse(text))
        .hasMessage("expected a size from 1B to 1GiB, such as 16MiB or 16777216");
  }
}
