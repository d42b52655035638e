package io.katamonitor.sim;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** Adds series that are unique to a guest to a healthy body. Stateless. */
final class GuestSeries {
  /** Labels whose series are made unique: 15 % of a body's series. */
  private static final Pattern DEVICE = Pattern.compile("(interface|disk)=\"([^\"]*)\"");

  private static final int ID_DIGITS = 12;

  private GuestSeries() {}

  /**
   * A body in which so many samples have a part of the sandbox's id in a label: always the same
   * ones, in any order of families.
   */
  static byte[] unique(byte[] healthy, int percent, String id) {
    var lines = new String(healthy, StandardCharsets.UTF_8).split("(?<=\n)");
    var chosen = chosen(lines, percent);
    var suffix = "$1=\"$2-" + id.substring(0, Math.min(ID_DIGITS, id.length())) + "\"";
    var body = new StringBuilder(healthy.length + 16 * chosen.size());
    for (var line : lines) {
      body.append(chosen.contains(series(line)) ? DEVICE.matcher(line).replaceFirst(suffix) : line);
    }
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static Set<String> chosen(String[] lines, int percent) {
    long samples = Arrays.stream(lines).filter(line -> !line.startsWith("#")).count();
    var devices =
        Arrays.stream(lines)
            .filter(line -> !line.startsWith("#") && DEVICE.matcher(line).find())
            .map(GuestSeries::series)
            .sorted()
            .toList();
    int wanted = (int) (samples * percent / 100);
    if (wanted > devices.size()) {
      throw new IllegalArgumentException(
          "a body has " + devices.size() + " series of devices, not " + wanted);
    }
    return new HashSet<>(devices.subList(0, wanted));
  }

  private static String series(String line) {
    return line.substring(0, Math.max(0, line.lastIndexOf(' ')));
  }

  /**
   * A body with so many additional samples whose series are new.
   *
   * @param scrape a number that differs for each scrape
   */
  static byte[] added(byte[] healthy, int count, int scrape) {
    var body = new StringBuilder(healthy.length + 48 * count);
    body.append(new String(healthy, StandardCharsets.UTF_8));
    body.append("# HELP kata_guest_container_state What is new at each scrape.\n");
    body.append("# TYPE kata_guest_container_state gauge\n");
    for (int i = 0; i < count; i++) {
      body.append("kata_guest_container_state{item=\"c").append(scrape).append('_').append(i);
      body.append("\"} ").append(i).append('\n');
    }
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }
}
