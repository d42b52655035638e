package io.katamonitor.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which shims of runtime-rs may be scraped: the flag {@code runtime-rs-scrape}. With some
 * hypervisors such a shim aborts on the request, and its pod with it.
 *
 * @param names further hypervisors, exactly as {@code state.json} writes them; empty unless the
 *     mode is {@link Mode#AUTO}
 */
public record RuntimeRsScrape(Mode mode, List<String> names) {
  /** The first word of the flag's value. */
  public enum Mode {
    /** Hypervisors known to be safe, and those named. */
    AUTO,
    /** All. */
    ALWAYS,
    /** None. */
    NEVER
  }

  public static final RuntimeRsScrape AUTO = new RuntimeRsScrape(Mode.AUTO, List.of());
  public static final RuntimeRsScrape ALWAYS = new RuntimeRsScrape(Mode.ALWAYS, List.of());
  public static final RuntimeRsScrape NEVER = new RuntimeRsScrape(Mode.NEVER, List.of());

  private static final String EXPECTED =
      "expected auto, always, never, or auto,NAME... with exact names of hypervisors, for example"
          + " auto,qemu";

  public RuntimeRsScrape {
    names = List.copyOf(names);
  }

  static RuntimeRsScrape parse(String text) {
    return switch (text) {
      case "auto" -> AUTO;
      case "always" -> ALWAYS;
      case "never" -> NEVER;
      default -> autoWithNames(text);
    };
  }

  private static RuntimeRsScrape autoWithNames(String text) {
    if (!text.startsWith("auto,")) {
      throw new IllegalArgumentException(EXPECTED);
    }
    var names = new ArrayList<String>();
    int start = "auto,".length();
    while (start <= text.length()) {
      int comma = text.indexOf(',', start);
      int end = comma < 0 ? text.length() : comma;
      names.add(name(text.substring(start, end)));
      start = end + 1;
    }
    return new RuntimeRsScrape(Mode.AUTO, names);
  }

  private static String name(String text) {
    boolean isName = !text.isEmpty();
    for (int i = 0; i < text.length(); i++) {
      isName &= text.charAt(i) > ' ' && text.charAt(i) < 0x7f;
    }
    // "auto,never" would be ambiguous.
    if (!isName || text.equals("auto") || text.equals("always") || text.equals("never")) {
      throw new IllegalArgumentException(EXPECTED);
    }
    return text;
  }

  /**
   * Whether a shim may be scraped whose {@code state.json} was read.
   *
   * @param hypervisor its name, null where the file has none
   * @param isSafe whether that hypervisor is known to implement metrics
   */
  public boolean permits(@Nullable String hypervisor, boolean isSafe) {
    if (mode == Mode.AUTO) {
      return isSafe || (hypervisor != null && names.contains(hypervisor));
    }
    return mode == Mode.ALWAYS;
  }

  /** The value as the command line spells it. */
  @Override
  public String toString() {
    var text =
        new StringBuilder(mode == Mode.AUTO ? "auto" : mode == Mode.ALWAYS ? "always" : "never");
    for (var name : names) {
      text.append(',').append(name);
    }
    return text.toString();
  }
}
