package io.katamonitor.usage;

import static io.katamonitor.usage.CgroupFileReader.ABSENT;
import static io.katamonitor.usage.CgroupFileReader.MALFORMED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupFileReaderTest {
  private static final byte[] OOM_KILL = Cgroup.key("oom_kill");

  private final CgroupFileReader reader = new CgroupFileReader();
  @TempDir Path directory;

  private void load(String content) throws IOException {
    var file = Files.writeString(directory.resolve("file"), content);
    assertThat(reader.load(file)).isTrue();
  }

  @Test
  void numbersUpToTheLargestAreRead() throws IOException {
    load("9223372036854775807\n");
    assertThat(reader.firstNumber()).isEqualTo(Long.MAX_VALUE);

    load("0");
    assertThat(reader.firstNumber()).isZero();

    load("150000 100000\n");
    assertThat(reader.firstNumber()).isEqualTo(150_000);
    assertThat(reader.secondNumber()).isEqualTo(100_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "-1\n",
        "9223372036854775808\n",
        "18446744073709551616",
        "99999999999999999999999",
        "max\n",
        "12a",
        " 12",
        "1.5\n"
      })
  void emptyNegativeTooLargeAndOtherContentsAreMalformed(String content) throws IOException {
    load(content);

    assertThat(reader.firstNumber()).isEqualTo(MALFORMED);
  }

  @Test
  void lineIsFoundByItsWholeKey() throws IOException {
    load("low 1\noom 2\noom_kill 3\noom_kill_more 4\ntotal 5");

    assertThat(reader.numberOf(OOM_KILL)).isEqualTo(3);
    assertThat(reader.numberOf(Cgroup.key("total"))).isEqualTo(5);
    assertThat(reader.numberOf(Cgroup.key("kill"))).isEqualTo(ABSENT);
  }

  @Test
  void lineWithoutANumberIsMalformed() throws IOException {
    load("oom_kill \nx 1\n");
    assertThat(reader.numberOf(OOM_KILL)).isEqualTo(MALFORMED);

    load("oom_kill -3\n");
    assertThat(reader.numberOf(OOM_KILL)).isEqualTo(MALFORMED);

    load("oom_kill");
    assertThat(reader.numberOf(OOM_KILL)).isEqualTo(ABSENT);
  }

  @Test
  void missingFileIsNotLoadedAndLeavesNothingBehind() throws IOException {
    load("7");

    assertThat(reader.load(directory.resolve("missing"))).isFalse();
    assertThat(reader.firstNumber()).isEqualTo(MALFORMED);
  }

  @Test
  void unreadableFileIsMalformedAndNotMissing() throws IOException {
    load("7");
    var link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("file"));

    for (var file : List.of(directory, link, directory.resolve("file/below"))) {
      assertThat(reader.load(file)).isTrue();
      assertThat(reader.firstNumber()).isEqualTo(MALFORMED);
      assertThat(reader.numberOf(OOM_KILL)).isEqualTo(MALFORMED);
    }
  }

  @Test
  void emptyFileHasMalformedLines() throws IOException {
    load("");

    assertThat(reader.numberOf(OOM_KILL)).isEqualTo(MALFORMED);
    assertThat(reader.secondNumber()).isEqualTo(MALFORMED);
  }

  @Test
  void first16KibOfALongFileAreRead() throws IOException {
    load("filler 1\n".repeat(1800) + "oom_kill 3\n");
    assertThat(reader.numberOf(OOM_KILL)).isEqualTo(3);

    load("filler 1\n".repeat(1900) + "oom_kill 3\n");
    assertThat(reader.numberOf(OOM_KILL)).isEqualTo(ABSENT);
  }
}
