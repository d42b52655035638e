package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members of {@link GzipTest}'s tokens, read by the programs gzip and go. */
@Tag("system")
class GzipProgramsTest {
  @Test
  void gzipAndGoReadAllOfIt(@TempDir Path directory) throws Exception {
    var members = new ByteArrayOutputStream();
    var crc = new CRC32();
    for (var block : GzipTest.newAndUsed()) {
      for (int seed = 0; seed < 60; seed++) {
        var random = new SplittableRandom(seed);
        var text = new TokenText(block);
        for (int i = random.nextInt(6); i > 0; i--) {
          GzipTest.randomTokens(text, random);
        }
        members.writeBytes(text.end());
        crc.update(text.text());
      }
    }
    var file = directory.resolve("members.gz");
    Files.write(file, members.toByteArray());
    assertThat(outputOf(directory, "gzip", "-t", file.toString())).isEmpty();
    Files.writeString(directory.resolve("unzip.go"), GO_READER);
    assertThat(outputOf(directory, "go", "run", "unzip.go", file.toString()))
        .isEqualTo(Long.toHexString(crc.getValue()));
  }

  private static final String GO_READER =
      """
      package main

      import (
      	"compress/gzip"
      	"fmt"
      	"hash/crc32"
      	"io"
      	"os"
      )

      func main() {
      	file, err := os.Open(os.Args[1])
      	if err != nil {
      		panic(err)
      	}
      	reader, err := gzip.NewReader(file)
      	if err != nil {
      		panic(err)
      	}
      	sum := crc32.NewIEEE()
      	if _, err := io.Copy(sum, reader); err != nil {
      		panic(err)
      	}
      	fmt.Printf("%x", sum.Sum32())
      }
      """;

  private static String outputOf(Path directory, String... command)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.redirectErrorStream(true);
    builder.environment().put("GO111MODULE", "off");
    builder.environment().put("GOCACHE", directory.resolve("cache").toString());
    var process = builder.start();
    try (var output = process.inputReader()) {
      var text = output.readAllAsString();
      assertThat(process.waitFor()).as(text).isZero();
      return text;
    }
  }
}
