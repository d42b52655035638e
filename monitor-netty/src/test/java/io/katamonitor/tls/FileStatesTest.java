package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStatesTest {
  @TempDir Path folder;

  @Test
  void changedReplacedRemovedAndRelinkedFilesAreNoticed() throws Exception {
    var file = Files.writeString(folder.resolve("f"), "a");
    var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("f"));
    var states = FileStates.of(List.of(link)).and(FileStates.of(List.of(folder.resolve("none"))));
    assertThat(states.again()).isEqualTo(states);

    Files.writeString(file, "ab");
    var changed = states.again();
    assertThat(changed).isNotEqualTo(states);

    var next = Files.writeString(folder.resolve("next"), "ab");
    Files.setLastModifiedTime(next, Files.getLastModifiedTime(file));
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    var replaced = changed.again();
    assertThat(replaced).isNotEqualTo(changed);

    Files.writeString(folder.resolve("none"), "there");
    var appeared = replaced.again();
    assertThat(appeared).isNotEqualTo(replaced);

    Files.delete(file);
    assertThat(appeared.again()).isNotEqualTo(appeared);
  }
}
