package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prometheus's own {@code promtool check metrics}. Starting it takes longer than parsing, so many
 * responses are checked at once, each with its own families: the number of the response is inserted
 * after {@code kata_}.
 */
final class Promtool {
  /** Exit code for parsable text with remarks on names and help texts. */
  private static final int LINT = 3;

  private static final Pattern NAME = Pattern.compile("(?m)^(# HELP |# TYPE |)kata_");

  private Promtool() {}

  /** A response with the name of its test case. */
  record Response(String name, String text) {}

  /** Fails with the names of responses that promtool cannot read. */
  static void assertReads(List<Response> responses) throws IOException, InterruptedException {
    var error = error(responses);
    if (error.isEmpty()) {
      return;
    }
    if (responses.size() == 1) {
      var response = responses.getFirst();
      throw new AssertionError(response.name() + ": " + error + "\n" + response.text());
    }
    assertReads(responses.subList(0, responses.size() / 2));
    assertReads(responses.subList(responses.size() / 2, responses.size()));
    throw new AssertionError("only together: " + error);
  }

  private static String error(List<Response> responses) throws IOException, InterruptedException {
    var promtool =
        new ProcessBuilder("promtool", "check", "metrics")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectErrorStream(true)
            .start();
    try (var input = promtool.getOutputStream()) {
      for (int i = 0; i < responses.size(); i++) {
        input.write(numbered(responses.get(i).text(), i).getBytes(ISO_8859_1));
      }
    }
    int status = promtool.waitFor();
    return status == 0 || status == LINT ? "" : "promtool ends with status " + status;
  }

  private static String numbered(String text, int number) {
    return NAME.matcher(text)
        .replaceAll(name -> Matcher.quoteReplacement(name.group() + number + "_"));
  }
}
