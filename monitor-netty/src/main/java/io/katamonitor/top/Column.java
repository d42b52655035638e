package io.katamonitor.top;

import java.time.Instant;
import java.util.Comparator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The columns of the table, from left to right. A narrow terminal omits those with the highest
 * {@link #rank} first.
 */
enum Column {
  STATE("STATE", 's', 1, false, byNumber(SandboxRow::severity)),
  POD("POD", 'n', 0, false, Comparator.comparing(SandboxRow::pod)),
  CPU("CPU", 'c', 2, true, largestFirst(SandboxRow::cpuCores)),
  MEMORY("MEMORY", 'm', 3, true, largestFirst(SandboxRow::memoryBytes)),
  LIMIT("LIMIT", 'l', 4, true, largestFirst(SandboxRow::limitUsed)),
  OVERHEAD("OVERHEAD", 'o', 7, true, largestFirst(SandboxRow::overheadBytes)),
  AGE("AGE", 'a', 6, true, newestFirst(SandboxRow::created)),
  SCRAPED("SCRAPED", 't', 5, true, newestFirst(SandboxRow::lastScrape)),
  TOOK("TOOK", '\0', 10, true, largestFirst(SandboxRow::scrapeSeconds)),
  SAMPLES("SAMPLES", '\0', 11, true, largestFirst(SandboxRow::samples)),
  MACHINE("RUNTIME", '\0', 8, false, Comparator.comparing(SandboxRow::machine)),
  ID("ID", '\0', 9, false, Comparator.comparing(SandboxRow::id)),
  REASON("REASON", '\0', 12, false, Comparator.comparing(SandboxRow::reason));

  /** Length to which the tools of containerd and CRI-O shorten an id. */
  private static final int ID_CHARACTERS = 13;

  private final String title;
  private final char key;
  private final int rank;
  private final boolean isNumber;

  /** All rows, if there is no state. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final Comparator<SandboxRow> order;

  Column(String title, char key, int rank, boolean isNumber, Comparator<SandboxRow> order) {
    this.title = title;
    this.key = key;
    this.rank = rank;
    this.isNumber = isNumber;
    this.order = order;
  }

  private static Comparator<SandboxRow> byNumber(Function<SandboxRow, Integer> number) {
    return Comparator.comparing(number);
  }

  /** Unknown values come last. */
  private static Comparator<SandboxRow> largestFirst(Function<SandboxRow, Double> number) {
    return Comparator.comparing(row -> {
      double value = number.apply(row);
      return Double.isNaN(value) ? Double.POSITIVE_INFINITY : -value;
    });
  }

  private static Comparator<SandboxRow> newestFirst(Function<SandboxRow, @Nullable Instant> time) {
    return Comparator.comparing(row -> {
      var then = time.apply(row);
      return then == null ? Long.MAX_VALUE : -then.getEpochSecond();
    });
  }

  String title() {
    return title;
  }

  int rank() {
    return rank;
  }

  /** Whether it is aligned to the right. */
  boolean isNumber() {
    return isNumber;
  }

  /** Order by this column, then by pod, then by id. */
  Comparator<SandboxRow> order() {
    return order.thenComparing(SandboxRow::pod).thenComparing(SandboxRow::id);
  }

  /** The column that a key sorts by; null if the key has another meaning. */
  static @Nullable Column ofKey(int key) {
    for (var column : values()) {
      if (column.key == key && key != 0) {
        return column;
      }
    }
    return null;
  }

  /** The text of a row in this column, not yet escaped for a terminal. */
  String text(SandboxRow row, NodeReport report) {
    return switch (this) {
      case STATE -> row.state();
      case POD -> row.pod();
      case CPU -> Figures.cores(row.cpuCores());
      case MEMORY -> Figures.bytes(row.memoryBytes());
      case LIMIT -> Figures.percent(row.limitUsed());
      case OVERHEAD -> Figures.bytes(row.overheadBytes());
      case AGE -> Figures.age(report.age(row.created()));
      case SCRAPED -> Figures.scrapeAge(report.age(row.lastScrape()));
      case TOOK -> Figures.seconds(row.scrapeSeconds());
      case SAMPLES -> Figures.count(row.samples());
      case MACHINE -> row.machine();
      case ID -> row.id().substring(0, Math.min(ID_CHARACTERS, row.id().length()));
      case REASON -> reason(row, report);
    };
  }

  /** Reason, last error and since when, for rows in trouble and those not scraped. */
  static String reason(SandboxRow row, NodeReport report) {
    var text = new StringBuilder(row.message());
    if (text.isEmpty() && !row.reason().isEmpty()) {
      text.append(row.reason()).append(row.error().isEmpty() ? "" : ": ").append(row.error());
    }
    var age = report.age(row.since());
    if (!text.isEmpty() && age != null) {
      text.append(", for ").append(Figures.age(age));
    }
    return text.toString();
  }
}
