package io.katamonitor.usage;

import static io.katamonitor.usage.CgroupFileReader.ABSENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupDirectoryTest {
  private final CgroupFileReader reader = new CgroupFileReader();
  @TempDir Path path;

  @Test
  void missingFileIsReadOnceItAppearsAndAgainWhenItIsBack() throws IOException {
    var directory = new CgroupDirectory(path);
    var file = path.resolve("memory.current");

    assertThat(directory.number(reader, CgroupFile.MEMORY_CURRENT)).isEqualTo(ABSENT);
    assertThat(directory.number(reader, CgroupFile.MEMORY_CURRENT)).isEqualTo(ABSENT);
    Files.writeString(file, "5\n");
    assertThat(directory.number(reader, CgroupFile.MEMORY_CURRENT)).isEqualTo(5);
    Files.delete(file);
    assertThat(directory.number(reader, CgroupFile.MEMORY_CURRENT)).isEqualTo(ABSENT);
    Files.writeString(file, "6\n");
    assertThat(directory.number(reader, CgroupFile.MEMORY_CURRENT)).isEqualTo(6);
  }

  @Test
  void lineIsReadByItsKey() throws IOException {
    Files.writeString(path.resolve("memory.stat"), "anon 1\ninactive_file 2\n");

    assertThat(
            new CgroupDirectory(path)
                .number(reader, CgroupFile.MEMORY_STAT, Cgroup.key("inactive_file")))
        .isEqualTo(2);
  }

  @Test
  void itExistsAsADirectoryOnly() throws IOException {
    var link = Files.createSymbolicLink(path.resolve("link"), path);

    assertThat(new CgroupDirectory(path).exists()).isTrue();
    assertThat(new CgroupDirectory(link).exists()).isFalse();
    assertThat(new CgroupDirectory(path.resolve("missing")).exists()).isFalse();
  }
}
