package io.katamonitor.sim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Commands of another process to the node, one per line of standard input: {@code add go}, {@code
 * add runtime-rs}, {@code boot go}, {@code boot runtime-rs}, {@code booted ID}, {@code crash ID},
 * {@code kill ID}, {@code remove ID}, {@code fault ID FAULT}, {@code scrapes}. When a command is
 * completed, one line is written: the id of the new sandbox, {@code ok}, the number of requests for
 * metrics of all sandboxes, or {@code error} and a sentence.
 */
final class Commands {
  private Commands() {}

  /** Executes commands until the input ends. */
  static void dispatch(SimulatedNode node) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      String result;
      try {
        result = execute(node, line.split(" ", -1));
      } catch (RuntimeException e) {
        result = "error " + e;
      }
      System.out.println(result.replace('\n', ' '));
      System.out.flush();
    }
  }

  static String execute(SimulatedNode node, String[] words) {
    switch (words[0]) {
      case "add" -> {
        return node.addSandbox(layout(words[1])).id();
      }
      case "boot" -> {
        return node.addBooting(node.nextSpec(layout(words[1]))).id();
      }
      case "crash" -> {
        return sandbox(node, words[1]).crash().id();
      }
      case "scrapes" -> {
        return Integer.toString(
            node.sandboxes().stream().mapToInt(SimulatedSandbox::scrapes).sum());
      }
      case "booted" -> sandbox(node, words[1]).finishBoot();
      case "kill" -> sandbox(node, words[1]).kill();
      case "remove" -> sandbox(node, words[1]).remove();
      case "fault" -> sandbox(node, words[1]).fault(Fault.parse(words[2]));
      default -> throw new IllegalArgumentException("there is no command " + words[0]);
    }
    return "ok";
  }

  private static Layout layout(String word) {
    return Layout.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static SimulatedSandbox sandbox(SimulatedNode node, String id) {
    for (var sandbox : node.sandboxes()) {
      if (sandbox.id().equals(id)) {
        return sandbox;
      }
    }
    throw new IllegalArgumentException("there is no sandbox " + id);
  }
}
