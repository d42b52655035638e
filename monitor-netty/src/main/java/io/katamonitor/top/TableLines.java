package io.katamonitor.top;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jline.utils.WCWidth;
import org.jspecify.annotations.Nullable;

/**
 * Lays rows out in columns: chooses those that fit, gives the remaining width to the pod's name,
 * and truncates what is too long. Widths are columns of a terminal; a Chinese character takes two.
 */
final class TableLines {
  /** Width without a terminal: nothing is truncated. */
  static final int UNLIMITED = Integer.MAX_VALUE / 2;

  /** A narrower pod name is of little use. */
  private static final int MIN_POD = 14;

  private static final int MIN_REASON = 24;

  /** Characters at the end that distinguish pods of one Deployment. */
  private static final int POD_SUFFIX = 5;

  private static final int WIDE = 60;
  private static final double NEAR_LIMIT = 0.9;

  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;

  private final SafeText safe;
  private final Colours colours;
  private final int width;
  private final int gap;

  TableLines(SafeText safe, Colours colours, int width) {
    this.safe = safe;
    this.colours = colours;
    this.width = width;
    gap = width < WIDE ? 1 : 2;
  }

  /**
   * The title and a line for each row.
   *
   * @param selected is drawn inverse; null for none
   * @param isOld whether the whole table is old, and drawn faint
   */
  List<AttributedString> lines(
      NodeReport report, List<SandboxRow> rows, @Nullable SandboxRow selected, boolean isOld) {
    var cells = new EnumMap<Column, List<String>>(Column.class);
    for (var column : Column.values()) {
      var texts = new ArrayList<String>(rows.size());
      for (var row : rows) {
        texts.add(safe.of(column.text(row, report)));
      }
      cells.put(column, texts);
    }
    var widths = widths(cells);
    var lines = new ArrayList<AttributedString>(rows.size() + 1);
    lines.add(line(widths, null, report, column -> column.title(), PLAIN.bold()));
    for (int i = 0; i < rows.size(); i++) {
      int at = i;
      var base = isOld ? PLAIN.faint() : PLAIN;
      lines.add(
          line(
              widths,
              rows.get(i),
              report,
              column -> cells.getOrDefault(column, List.of()).get(at),
              rows.get(i).equals(selected) ? base.inverse() : base));
    }
    return lines;
  }

  /** The columns that fit, in their order, with their widths. */
  private Map<Column, Integer> widths(Map<Column, List<String>> cells) {
    var natural = new EnumMap<Column, Integer>(Column.class);
    cells.forEach((column, texts) -> {
      int longest = column.title().length();
      for (var text : texts) {
        longest = Math.max(longest, columns(text));
      }
      natural.put(column, longest);
    });
    var byRank = new ArrayList<>(List.of(Column.values()));
    byRank.sort(java.util.Comparator.comparingInt(Column::rank));
    var widths = new EnumMap<Column, Integer>(Column.class);
    int used = -gap;
    for (var column : byRank) {
      int least = least(column, natural.getOrDefault(column, 0));
      if (used + gap + least > width && !widths.isEmpty()) {
        break;
      }
      widths.put(column, Math.min(least, width));
      used += gap + least;
    }
    for (var column : new Column[] {Column.POD, Column.REASON}) {
      if (widths.containsKey(column)) {
        int more = Math.min(width - used, natural.getOrDefault(column, 0) - widths.get(column));
        if (more > 0) {
          widths.merge(column, more, Integer::sum);
          used += more;
        }
      }
    }
    return widths;
  }

  private int least(Column column, int natural) {
    return switch (column) {
      case POD -> Math.min(natural, Math.max(MIN_POD, width / 3));
      case REASON -> Math.min(natural, MIN_REASON);
      default -> natural;
    };
  }

  private interface Cell {
    String text(Column column);
  }

  private AttributedString line(
      Map<Column, Integer> widths,
      @Nullable SandboxRow row,
      NodeReport report,
      Cell cell,
      AttributedStyle base) {
    var line = new AttributedStringBuilder();
    int pending = 0;
    for (var entry : widths.entrySet()) {
      var column = entry.getKey();
      String text = fit(column, cell.text(column), entry.getValue());
      int blanks = Math.max(0, entry.getValue() - columns(text));
      line.style(base).append(" ".repeat(pending + (column.isNumber() ? blanks : 0)));
      line.style(row == null ? base : style(column, row, report, base)).append(text);
      pending = gap + (column.isNumber() ? 0 : blanks);
    }
    // An inverse row spans the screen; other rows have no trailing blanks.
    if (base.equals(base.inverse()) && width < UNLIMITED) {
      line.style(base).append(" ".repeat(Math.max(0, width - line.columnLength())));
    }
    return line.toAttributedString();
  }

  private AttributedStyle style(
      Column column, SandboxRow row, NodeReport report, AttributedStyle base) {
    return switch (column) {
      case STATE, REASON ->
          row.isInTrouble()
              ? colours.bad(base)
              : row.state().equals("starting") ? colours.notice(base) : base;
      case LIMIT -> row.limitUsed() >= NEAR_LIMIT ? colours.bad(base) : base;
      case SCRAPED -> Figures.isOld(report.age(row.lastScrape())) ? colours.notice(base) : base;
      default -> base;
    };
  }

  private static String fit(Column column, String text, int width) {
    return column == Column.POD ? cutMiddle(text, width) : cut(text, width);
  }

  /** Text of at most so many columns; a tilde marks what was cut. */
  static String cut(String text, int width) {
    if (columns(text) <= width) {
      return text;
    }
    return width <= 0 ? "" : prefix(text, width - 1) + "~";
  }

  /** As {@link #cut}, but the last letters stay. */
  private static String cutMiddle(String text, int width) {
    if (columns(text) <= width || width < 2 * POD_SUFFIX) {
      return cut(text, width);
    }
    int start = text.length();
    while (columns(text.substring(text.offsetByCodePoints(start, -1))) <= POD_SUFFIX) {
      start = text.offsetByCodePoints(start, -1);
    }
    String suffix = text.substring(start);
    return prefix(text, width - 1 - columns(suffix)) + "~" + suffix;
  }

  /** As many whole characters as fit. */
  private static String prefix(String text, int width) {
    int end = 0;
    int used = 0;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      used += WCWidth.wcwidth(c);
      if (used > width) {
        break;
      }
      end += Character.charCount(c);
    }
    return text.substring(0, end);
  }

  static int columns(String text) {
    return new AttributedString(text).columnLength();
  }
}
