package io.katamonitor.top;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;

/**
 * The screen from top to bottom: monitor, summary, warnings, table, details of the selected
 * sandbox, a line about sorting, filter and keys. Its own texts are ASCII. Stateless except for the
 * terminal's character set; used by one thread.
 */
final class Layout {
  /** Screens with fewer lines show the table only. */
  private static final int DETAILS_FROM_HEIGHT = 14;

  private static final int MAX_WARNINGS = 3;

  private static final AttributedStyle BOLD = AttributedStyle.BOLD;

  private final SafeText safe;
  private final Colours colours;

  Layout(SafeText safe, Colours colours) {
    this.safe = safe;
    this.colours = colours;
  }

  /** At most {@code height} lines of at most {@code width} columns. */
  List<AttributedString> screen(TableState state, int width, int height, Instant now) {
    var top = head(state, width, now);
    var bottom = new ArrayList<AttributedString>();
    if (height >= DETAILS_FROM_HEIGHT && !state.showsHelp()) {
      bottom.addAll(details(state, width));
    }
    bottom.add(footer(state, width));
    int free = Math.max(0, height - top.size() - bottom.size());
    var middle = new ArrayList<AttributedString>();
    var report = state.report();
    if (state.showsHelp()) {
      Keys.HELP.lines().forEach(line -> middle.add(new AttributedString(line)));
    } else if (report != null && free > 1) {
      boolean isOld = Figures.isOld(state.reportAge(now));
      middle.addAll(
          new TableLines(safe, colours, width)
              .lines(report, state.visible(free - 1), state.selected(), isOld));
    }
    while (middle.size() < free) {
      middle.add(AttributedString.EMPTY);
    }
    top.addAll(middle.subList(0, free));
    top.addAll(bottom);
    return cut(top, width, height);
  }

  /** Number of rows that a screen of this height shows. */
  int page(TableState state, int width, int height, Instant now) {
    int others = head(state, width, now).size() + 2;
    return Math.max(1, height - others - (height >= DETAILS_FROM_HEIGHT ? 2 : 0));
  }

  /** The whole table, for a file or a pipe. */
  List<AttributedString> plain(TableState state, Instant now) {
    var lines = head(state, TableLines.UNLIMITED, now);
    var report = state.report();
    if (report != null) {
      lines.addAll(
          new TableLines(safe, colours, TableLines.UNLIMITED)
              .lines(report, state.rows(), null, false));
    }
    return lines;
  }

  private List<AttributedString> head(TableState state, int width, Instant now) {
    var lines = new ArrayList<AttributedString>();
    var report = state.report();
    String monitor = "kata-monitor" + (report == null ? "" : " " + report.version());
    lines.add(styled(monitor + " at " + state.url(), BOLD));
    if (report != null) {
      lines.addAll(summary(report, width));
      for (int i = 0; i < Math.min(MAX_WARNINGS, report.warnings().size()); i++) {
        lines.addAll(wrapped("! " + report.warnings().get(i), width));
      }
    }
    if (!state.failure().isEmpty()) {
      lines.addAll(wrapped(trouble(state, now), width));
    } else if (report == null) {
      lines.add(new AttributedString("Waiting for its response."));
    }
    return lines;
  }

  private static String trouble(TableState state, Instant now) {
    var sentence = "! No response from the monitor: " + state.failure() + ". Trying again.";
    if (state.report() == null) {
      return sentence;
    }
    var age = state.reportAge(now);
    return sentence
        + (Figures.isOld(age) ? " The table is OLD, from " : " The table is from ")
        + Figures.age(age)
        + " ago.";
  }

  private List<AttributedString> summary(NodeReport report, int width) {
    var items = new ArrayList<String>();
    int all = report.sandboxes().size();
    items.add(all == 1 ? "1 sandbox" : all + " sandboxes");
    for (var state : new String[] {"stuck", "failing", "backoff", "starting", "not_scraped"}) {
      int count = report.count(state);
      if (count > 0) {
        items.add(count + " " + state);
      }
    }
    items.add("CPU " + Figures.cores(report.cpuCores()));
    items.add("memory " + Figures.bytes(report.memoryBytes()));
    var age = report.age(report.lastScrape());
    items.add(age == null ? "no scrape yet" : "scraped " + Figures.scrapeAge(age) + " ago");
    var lines = new ArrayList<AttributedString>();
    var line = new StringBuilder();
    for (var item : items) {
      if (!line.isEmpty() && line.length() + 2 + item.length() > width) {
        lines.add(styled(line.toString(), AttributedStyle.DEFAULT));
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : "  ").append(item);
    }
    lines.add(styled(line.toString(), AttributedStyle.DEFAULT));
    return lines;
  }

  /** Two lines about the selected sandbox. */
  private List<AttributedString> details(TableState state, int width) {
    var row = state.selected();
    var report = state.report();
    if (row == null || report == null) {
      return List.of(AttributedString.EMPTY, AttributedString.EMPTY);
    }
    String reason = Column.reason(row, report);
    String handler = row.handler().isEmpty() ? "" : "  handler " + row.handler();
    return List.of(
        styled(TableLines.cut(safe.of(row.pod()), width), BOLD),
        styled(
            row.state()
                + (reason.isEmpty() ? "" : ": " + reason)
                + "  "
                + row.machine()
                + handler
                + "  "
                + row.id(),
            AttributedStyle.DEFAULT));
  }

  private AttributedString footer(TableState state, int width) {
    if (state.editsFilter()) {
      return styled("filter: " + state.filter() + "_", BOLD);
    }
    var line = new StringBuilder();
    var report = state.report();
    if (report != null) {
      if (!state.filter().isEmpty()) {
        line.append(state.rows().size()).append(" of ");
        line.append(report.sandboxes().size());
        line.append(" match \"").append(state.filter()).append("\"  ");
      }
      line.append("by ").append(state.sortedBy().title());
      line.append(state.isReversed() ? " reversed  " : "  ");
    }
    line.append(width < 60 ? "h help" : "/ filter  s n c m l o a t sort  h help  q quit");
    return styled(line.toString(), AttributedStyle.DEFAULT.faint());
  }

  /** A sentence, wrapped to at most three lines. */
  private List<AttributedString> wrapped(String sentence, int width) {
    var lines = new ArrayList<AttributedString>();
    var rest = new AttributedString(safe.of(sentence), colours.bad(BOLD));
    while (rest.columnLength() > width && lines.size() < MAX_WARNINGS - 1) {
      var line = rest.columnSubSequence(0, width);
      int blank = line.toString().lastIndexOf(' ');
      int end = blank > 0 ? blank : line.length();
      lines.add(rest.subSequence(0, end));
      rest = rest.subSequence(blank > 0 ? end + 1 : end, rest.length());
    }
    lines.add(rest);
    return lines;
  }

  private AttributedString styled(String text, AttributedStyle style) {
    return new AttributedString(safe.of(text), style);
  }

  private static List<AttributedString> cut(List<AttributedString> lines, int width, int height) {
    var screen = new ArrayList<AttributedString>();
    for (var line : lines.subList(0, Math.min(height, lines.size()))) {
      screen.add(line.columnLength() > width ? line.columnSubSequence(0, width) : line);
    }
    return screen;
  }
}
