package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands in all documents that need a cluster: helm installs render to valid objects, kubectl
 * accepts each command line, and objects named in commands are among those rendered.
 */
final class ClusterCommandsTest {
  private static final Path ROOT = Path.of("..");
  private static final Path GETTING_STARTED = ROOT.resolve("docs/from-a-pod-to-a-graph.md");
  private static final Pattern SHELL = Pattern.compile("(?ms)^```sh\n(.*?)^```");

  /** A line of a document's shell blocks. */
  record Command(Path document, String line) {
    List<String> words() {
      return List.of(line.split(" +"));
    }

    /** The value of an option, or a placeholder. */
    String option(String name) {
      int at = words().indexOf(name);
      return at < 0 ? "" : words().get(at + 1);
    }

    @Override
    public String toString() {
      return document.getFileName() + ": " + line;
    }
  }

  private static Stream<Command> commands(String program) throws IOException {
    List<Path> documents = new ArrayList<>();
    for (String folder :
        List.of(".", "docs", "docs/runbooks", "deploy", "deploy/helm/kata-monitor", "docker")) {
      try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
      }
    }
    List<Command> commands = new ArrayList<>();
    for (Path document : documents) {
      for (MatchResult block : SHELL.matcher(Files.readString(document)).results().toList()) {
        for (String line : block.group(1).replace("\\\n", " ").lines().toList()) {
          String alone = line.replaceFirst("( \\|| {2,}#).*", "").replaceAll(" +", " ").strip();
          if (alone.startsWith(program + " ")) {
            commands.add(new Command(document, alone));
          }
        }
      }
    }
    return commands.stream();
  }

  static Stream<Command> installations() throws IOException {
    return commands("helm").filter(command -> command.line().startsWith("helm install "));
  }

  static Stream<Command> kubectl() throws IOException {
    return commands("kubectl");
  }

  /** The content of the block of a document that starts with a comment of a file's name. */
  private static String file(Path document, String name) throws IOException {
    String page = Files.readString(document);
    String start = "```yaml\n# " + name + "\n";
    int from = page.indexOf(start);
    assertThat(from).as("%s in %s", name, document).isPositive();
    return page.substring(from + start.length(), page.indexOf("```", from + start.length()));
  }

  private static Manifests install(Command command) throws IOException {
    List<String> words = command.words();
    TemplateCommand template =
        new Helm(ROOT.resolve(words.get(3)))
            .template()
            .withName(words.get(2))
            .withNamespace(command.option("-n"));
    for (int i = 4; i < words.size(); i++) {
      if (words.get(i).equals("--set")) {
        String[] value = words.get(i + 1).split("=", 2);
        template.set(value[0], value[1]);
      }
    }
    if (words.contains("-f")) {
      Path values = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(values, file(command.document(), command.option("-f")));
        return Manifests.parse(template.withValuesFile(values).call());
      } finally {
        Files.delete(values);
      }
    }
    return Manifests.parse(template.call());
  }

  private static Manifests gettingStarted() throws IOException {
    return install(
        installations()
            .filter(command -> command.document().equals(GETTING_STARTED))
            .findFirst()
            .orElseThrow());
  }

  @ParameterizedTest
  @MethodSource("installations")
  void helmInstallsValidResourcesInItsNamespace(Command command) throws IOException {
    Manifests manifests = install(command);

    assertThat(manifests.objects())
        .extracting(HasMetadata::getKind)
        .contains("DaemonSet", "PodMonitor", "PrometheusRule");
    assertThat(manifests.objects())
        .extracting(object -> object.getMetadata().getNamespace())
        .containsOnly(command.option("-n"));
    assertThat(command.line()).contains("--create-namespace");
    Container monitor = monitor(manifests).getFirst();
    CommandLines.assertAccepted(monitor.getArgs());
    assertThat(monitor.getImage()).matches("registry.example/kata-monitor:" + Project.version());
  }

  @ParameterizedTest
  @MethodSource("kubectl")
  void documentedKubectlCommandsNameInstalledResources(Command command) throws IOException {
    Manifests manifests = gettingStarted();
    DaemonSet monitors = manifests.one(DaemonSet.class);
    String namespace = command.option("-n");
    String line = command.line().replaceFirst("^kubectl (-n kata-system )?", "");

    if (line.startsWith("rollout status ") || line.startsWith("port-forward ")) {
      assertThat(line).contains(" daemonset/" + monitors.getMetadata().getName());
      assertThat(monitors.getMetadata().getNamespace()).isEqualTo(namespace);
    }
    if (line.startsWith("port-forward ")) {
      assertThat(monitor(manifests).getFirst().getPorts().getFirst().getContainerPort())
          .isEqualTo(Integer.parseInt(command.words().getLast()));
    } else if (line.startsWith("apply ")) {
      String pod = file(command.document(), command.option("-f"));
      assertThat(Manifests.YAML.readValue(pod, Pod.class).getSpec().getRuntimeClassName())
          .startsWith("kata");
    } else if (line.startsWith("get pods ")) {
      String[] label = command.option("-l").split("=", 2);
      assertThat(monitors.getSpec().getTemplate().getMetadata().getLabels())
          .containsEntry(label[0], label[1]);
    } else if (line.contains("kata-monitor-")) {
      assertThat(line).contains(" " + monitors.getMetadata().getName() + "-");
      assertThat(monitors.getMetadata().getNamespace()).isEqualTo(namespace);
    } else if (line.startsWith("get daemonset")) {
      assertThat(kinds()).contains(command.words().getLast().split(","));
    } else if (line.startsWith("logs POD")) {
      assertThat(monitor(manifests)).as("no container has to be named").hasSize(1);
      assertThat(monitors.getMetadata().getNamespace()).isEqualTo(namespace);
    } else if (!line.startsWith("rollout status ")) {
      assertThat(line)
          .as("about the user's own objects")
          .matches("get runtimeclass|.*\\bNAMESPACE\\b.*");
    }
  }

  /** All resources that the chart can install, in the notation of kubectl. */
  private static List<String> kinds() throws IOException {
    return Stream.of(
            gettingStarted(), Chart.render("prometheus: {serviceMonitor: {enabled: true}}"))
        .flatMap(manifests -> manifests.objects().stream())
        .map(object -> object.getKind().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static List<Container> monitor(Manifests manifests) {
    return manifests.one(DaemonSet.class).getSpec().getTemplate().getSpec().getContainers();
  }

  /** The real kubectl fails only because there is no cluster. */
  @Tag("system")
  @Test
  void kubectlAcceptsEveryCommandLine(@TempDir Path folder) throws Exception {
    List<Command> commands = kubectl().toList();
    assertThat(commands).hasSizeGreaterThan(10);
    Files.writeString(folder.resolve("pod.yaml"), file(GETTING_STARTED, "pod.yaml"));
    for (Command command : commands) {
      List<String> words = new ArrayList<>(command.words());
      words.add(1, "--kubeconfig=/dev/null");
      words.add(2, "--server=http://127.0.0.1:1");

      Program kubectl = Program.run(folder, words.toArray(String[]::new));

      assertThat(kubectl.errors()).as("%s", command).contains("127.0.0.1:1");
      assertThat(kubectl.errors())
          .as("%s", command)
          .doesNotContainIgnoringCase("usage:", "unknown");
    }
  }
}
