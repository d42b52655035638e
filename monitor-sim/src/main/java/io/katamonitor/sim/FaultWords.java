package io.katamonitor.sim;

import java.time.Duration;
import java.util.Locale;

/** Names of faults on the command line. */
final class FaultWords {
  private FaultWords() {}

  static Fault parse(String text) {
    int colon = text.indexOf(':');
    var word = colon < 0 ? text : text.substring(0, colon);
    var rest = colon < 0 ? "" : text.substring(colon + 1);
    try {
      return switch (word) {
        case "none" -> Fault.NONE;
        case "hang" -> new Fault.Hang();
        case "never-accept" -> new Fault.NeverAccept();
        case "full-backlog" -> new Fault.FullBacklog();
        case "stuck" -> new Fault.Stuck();
        case "denied" -> new Fault.Denied();
        case "abort" -> new Fault.Abort();
        case "delay" -> new Fault.Delay(duration(rest));
        case "slow" -> {
          var parts = rest.split("/", 2);
          yield new Fault.Slow(Integer.parseInt(parts[0]), duration(parts[1]));
        }
        case "no-socket" -> new Fault.NoSocket(constant(Fault.Instead.class, rest));
        case "refuse" -> new Fault.NoSocket(Fault.Instead.STALE_SOCKET);
        case "reset" -> new Fault.Reset(Integer.parseInt(rest));
        case "cut" -> new Fault.Cut(Integer.parseInt(rest));
        case "half-body" -> new Fault.HalfBody();
        case "wrong-length" -> new Fault.WrongLength(constant(Fault.Length.class, rest));
        case "broken-chunk" -> new Fault.BrokenChunk();
        case "garbage" -> new Fault.Garbage(rest.isEmpty() ? 1 : Long.parseLong(rest));
        case "endless" -> new Fault.Endless();
        case "status" -> new Fault.Status(Integer.parseInt(rest));
        case "redirect" -> new Fault.Redirect(rest);
        case "gzipped" -> new Fault.Gzipped();
        case "unique-series" -> new Fault.UniqueSeries(Integer.parseInt(rest));
        case "new-series" -> new Fault.NewSeries(Integer.parseInt(rest));
        case "hostile" -> new Fault.Hostile(constant(HostileBody.class, rest));
        default -> throw new IllegalArgumentException("there is no fault called " + word);
      };
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "the fault " + word + " does not take \"" + rest + "\"", e);
    }
  }

  private static Duration duration(String text) {
    if (text.endsWith("ms")) {
      return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
    }
    return Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)));
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
