package io.katamonitor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.deploy.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The release script, in a clone. */
final class ReleaseTest {
  @TempDir private Path folder;

  @BeforeEach
  void cloneProject() throws Exception {
    Program.output(Path.of(".."), "git", "clone", "-q", ".", folder.resolve("clone").toString());
    for (String file : new String[] {"bin/release", "CHANGELOG.md", "pom.xml"}) {
      Files.writeString(clone(file), Files.readString(Path.of("..").resolve(file)));
    }
    git("config", "user.name", "Test");
    git("config", "user.email", "test@example.org");
    git("config", "commit.gpgsign", "false");
    git("add", "--all");
    git("commit", "-q", "--allow-empty", "-m", "What is tested");
  }

  @Test
  void versionIsUpdatedEverywhere() throws Exception {
    release("7.8.9");
    assertThat(git("status", "--porcelain")).isEmpty();
    assertThat(git("tag", "--points-at", "HEAD~").strip()).isEqualTo("v7.8.9");
    assertThatAllAreOf("7.9.0-SNAPSHOT");

    git("checkout", "-q", "v7.8.9");
    assertThatAllAreOf("7.8.9");
    assertThat(Files.readString(clone("CHANGELOG.md"))).contains("## Unreleased\n\n## 7.8.9 - 20");
  }

  private void assertThatAllAreOf(String version) throws Exception {
    assertThat(Files.readString(clone("deploy/helm/kata-monitor/Chart.yaml")))
        .contains("\nversion: " + version + "\n", "\nappVersion: " + version + "\n");
    assertThat(Files.readString(clone("deploy/kustomize/base/kustomization.yaml")))
        .contains("newTag: " + version + "\n");
    for (String pom : git("ls-files", "pom.xml", "*/pom.xml").split("\n", -1)) {
      if (!pom.isEmpty()) {
        assertThat(Files.readString(clone(pom)))
            .as(pom)
            .containsSubsequence(
                "<artifactId>kata-monitor</artifactId>", "<version>" + version + "</version>")
            .doesNotContain("<version>1.0.0-SNAPSHOT</version>");
      }
    }
  }

  @Test
  void wrongVersionsAndDirtyTreesAreRejectedWithAnErrorMessage() throws Exception {
    Program wrong = run("1.x");
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.errors()).isEqualTo("The version must look like 1.2.3, not like \"1.x\".\n");

    Files.writeString(clone("LICENSE"), "changed");
    Program dirty = run("7.8.9");
    assertThat(dirty.exitCode()).isEqualTo(1);
    assertThat(dirty.errors()).contains("The work tree has changes");
  }

  private Path clone(String file) {
    return folder.resolve("clone").resolve(file);
  }

  private String git(String... arguments) throws Exception {
    var command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return Program.output(folder.resolve("clone"), command);
  }

  private void release(String version) throws Exception {
    Program.output(folder.resolve("clone"), "bin/release", version);
  }

  private Program run(String version) throws IOException, InterruptedException {
    return Program.run(folder.resolve("clone"), "bin/release", version);
  }
}
