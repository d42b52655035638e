package io.katamonitor.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every relative link of the documents leads to a file that exists, and to a heading of it. */
class DocumentLinksTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");
  private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");

  @Test
  void everyRelativeLinkHasATarget() throws IOException {
    var broken = new ArrayList<String>();
    var documents = documents();
    for (Path document : documents) {
      for (String link : links(Files.readString(document))) {
        int hash = link.indexOf('#');
        var path = hash < 0 ? link : link.substring(0, hash);
        var target = path.isEmpty() ? document : document.resolveSibling(path).normalize();
        if (!Files.exists(target)
            || (hash >= 0
                && !anchors(Files.readString(target)).contains(link.substring(hash + 1)))) {
          broken.add(document + ": " + link);
        }
      }
    }

    assertThat(documents).hasSizeGreaterThan(20);
    assertThat(broken).isEmpty();
  }

  /** A heading that occurs again gets a number, as on GitHub. */
  @Test
  void anchorsAreThoseOfGitHub() {
    assertThat(anchors("# Kata's `own` series: a-b\n## A\n```sh\n# no heading\n```\n## A\n"))
        .containsExactlyInAnyOrder("katas-own-series-a-b", "a", "a-1");
  }

  private static List<Path> documents() throws IOException {
    var documents = new ArrayList<Path>();
    try (Stream<Path> files = Files.list(ROOT)) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
    }
    for (String folder : new String[] {"docs", "deploy", "docker"}) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files
            .filter(file -> file.toString().endsWith(".md"))
            .filter(file -> !file.toString().contains("/target/"))
            .forEach(documents::add);
      }
    }
    return documents;
  }

  private static List<String> links(String document) {
    return LINK.matcher(CODE_BLOCK.matcher(document).replaceAll(""))
        .results()
        .map((MatchResult link) -> link.group(1))
        .filter(link -> !link.contains("://"))
        .toList();
  }

  private static Set<String> anchors(String document) {
    var anchors = new HashSet<String>();
    var counts = new HashMap<String, Integer>();
    HEADING
        .matcher(CODE_BLOCK.matcher(document).replaceAll(""))
        .results()
        .forEach((MatchResult heading) -> {
          var anchor =
              heading
                  .group(1)
                  .toLowerCase(Locale.ROOT)
                  .replaceAll("[^a-z0-9 _-]", "")
                  .replace(' ', '-');
          int before = counts.merge(anchor, 1, Integer::sum) - 1;
          anchors.add(before == 0 ? anchor : anchor + "-" + before);
        });
    return anchors;
  }
}
