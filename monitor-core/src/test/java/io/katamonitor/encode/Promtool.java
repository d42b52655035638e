package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prometheus's own {@code promtool check metrics}. A start of it costs more than a parse, so many
 * answers are read at once, each with families of its own: behind {@code kata_} the answer's number
 * is put in.
 */
final class Promtool {
  /** Readable, but not as Prometheus would like names and help texts to be. */
  private static final int LINT = 3;

  private static final Pattern NAME = Pattern.compile("(?m)^(# HELP |# TYPE |)kata_");

  private Promtool() {}

  /** An answer, and what it is the answer to. */
  record Answer(String name, String text) {}

  /** Fails with the names of answers that promtool cannot read. */
  static void assertReads(List<Answer> answers) throws IOException, InterruptedException {
    var error = error(answers);
    if (error.isEmpty()) {
      return;
    }
    if (answers.size() == 1) {
      var answer = answers.getFirst();
      throw new AssertionError(answer.name() + ": " + error + "\n" + answer.text());
    }
    assertReads(answers.subList(0, answers.size() / 2));
    assertReads(answers.subList(answers.size() / 2, answers.size()));
    throw new AssertionError("only together: " + error);
  }

  private static String error(List<Answer> answers) throws IOException, InterruptedException {
    var promtool =
        new ProcessBuilder("promtool", "check", "metrics")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectErrorStream(true)
            .start();
    try (var input = promtool.getOutputStream()) {
      for (int i = 0; i < answers.size(); i++) {
        input.write(numbered(answers.get(i).text(), i).getBytes(ISO_8859_1));
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
