package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.usage.CgroupTree.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupMountTest {
  @TempDir Path root;

  private static CgroupMount detect(Path root) {
    return Objects.requireNonNull(CgroupMount.detect(root));
  }

  @Test
  void unifiedHierarchyIsRecognized() {
    CgroupTree.make(root, Version.V2).cpu("a/b", 1);

    assertThat(detect(root)).isEqualTo(detect(root)).hasSameHashCodeAs(detect(root));
    assertThat(detect(root).unified()).isEqualTo(root);
    assertThat(detect(root).find("a/b")).isInstanceOf(CgroupV2.class);
    assertThat(detect(root).find("a/c")).isNull();
  }

  @Test
  void hybridSystemCountsAsV1() {
    var tree = CgroupTree.make(root, Version.V1).cpu("a", 1);
    tree.write("unified/cgroup.controllers", "\n");

    assertThat(detect(root).unified()).isNull();
    assertThat(detect(root).find("a")).isInstanceOf(CgroupV1.class);
  }

  @Test
  void eachControllerIsCheckedSeparately() {
    var tree = CgroupTree.make(root, Version.V1);
    tree.makeDirectory("memory/only-memory");
    tree.makeDirectory("cpu,cpuacct/only-cpu");

    var onlyMemory = (CgroupV1) Objects.requireNonNull(detect(root).find("only-memory"));
    var onlyCpu = (CgroupV1) Objects.requireNonNull(detect(root).find("only-cpu"));

    assertThat(onlyMemory.memory()).isNotNull();
    assertThat(onlyMemory.cpuacct()).isNull();
    assertThat(onlyCpu.memory()).isNull();
    assertThat(onlyCpu.cpu()).isSameAs(onlyCpu.cpuacct()).isNotNull();
  }

  @Test
  void controllersMayBeMountedSeparately() throws IOException {
    Files.createDirectories(root.resolve("cpu/x"));
    Files.createDirectories(root.resolve("cpuacct/x"));

    var cgroup = (CgroupV1) Objects.requireNonNull(detect(root).find("x"));

    assertThat(cgroup.cpu()).isNotNull().isNotSameAs(cgroup.cpuacct());
    assertThat(detect(root)).isNotEqualTo(new CgroupMount(root, null, null, null));
  }

  @Test
  void otherFileSystemsAreNotRecognized() throws IOException {
    assertThat(CgroupMount.detect(root)).isNull();
    assertThat(CgroupMount.detect(root.resolve("missing"))).isNull();
    assertThat(CgroupMount.detect(Files.writeString(root.resolve("file"), ""))).isNull();
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    var tree = CgroupTree.make(root.resolve("fs"), Version.V2).cpu("a/b", 1);
    Files.createSymbolicLink(tree.root().resolve("a/link"), Path.of("b"));
    Files.createSymbolicLink(tree.root().resolve("link"), Path.of("a"));
    Files.createDirectories(root.resolve("outside/b"));
    Files.createSymbolicLink(tree.root().resolve("out"), root.resolve("outside"));

    var mount = detect(tree.root());

    assertThat(mount.find("a/b")).isNotNull();
    assertThat(mount.find("a/link")).isNull();
    assertThat(mount.find("link/b")).isNull();
    assertThat(mount.find("out/b")).isNull();
    assertThat(mount.find("a/b/cpu.stat")).isNull();
  }

  @Test
  void controllerThatLeadsOutOfTheRootIsIgnored() throws IOException {
    var tree = CgroupTree.make(root.resolve("fs"), Version.V1);
    Files.createDirectories(root.resolve("outside/x"));
    Files.delete(tree.root().resolve("memory"));
    Files.createSymbolicLink(tree.root().resolve("memory"), root.resolve("outside"));

    assertThat(detect(tree.root()).memory()).isNull();
    assertThat(detect(tree.root()).find("x")).isNull();
  }
}
