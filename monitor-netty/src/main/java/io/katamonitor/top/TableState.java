package io.katamonitor.top;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * State of the table: the newest report, its order and filter, and the selected row. Changed by
 * keys and reports. Confined to one thread.
 */
final class TableState {
  /** A longer filter matches no name. */
  static final int MAX_FILTER = 253;

  private final String url;
  private @Nullable NodeReport report;
  private Instant received = Instant.MIN;
  private String failure = "";
  private List<SandboxRow> rows = List.of();
  private Column sortedBy = Column.STATE;
  private boolean reversed;
  private String filter = "";
  private boolean editsFilter;
  private boolean showsHelp;
  private String selected = "";
  private int selectedIndex;
  private int first;

  TableState(String url) {
    this.url = url;
  }

  /** A table has arrived. */
  void report(NodeReport newest, Instant now) {
    report = newest;
    received = now;
    failure = "";
    arrange();
  }

  /** A request failed; the last table stays. */
  void failed(String sentence) {
    failure = sentence;
  }

  /**
   * Handles a key.
   *
   * @param page rows that are visible
   */
  void key(Keys.Key key, int page) {
    if (editsFilter) {
      editFilter(key);
      return;
    }
    boolean hidesHelp = showsHelp;
    showsHelp = !hidesHelp && (key.character() == 'h' || key.character() == '?');
    switch (key.kind()) {
      case UP -> select(selectedIndex - 1);
      case DOWN -> select(selectedIndex + 1);
      case PAGE_UP -> select(selectedIndex - page);
      case PAGE_DOWN -> select(selectedIndex + page);
      case HOME -> select(0);
      case END -> select(rows.size() - 1);
      case ESCAPE -> setFilter(hidesHelp ? filter : "");
      case CHARACTER -> character(key.character());
      default -> {}
    }
  }

  private void character(int c) {
    var column = Column.ofKey(c);
    if (column != null) {
      reversed = column == sortedBy && !reversed;
      sortedBy = column;
      arrange();
      return;
    }
    switch (c) {
      case 'k' -> select(selectedIndex - 1);
      case 'j' -> select(selectedIndex + 1);
      case '/' -> editsFilter = true;
      default -> {}
    }
  }

  private void editFilter(Keys.Key key) {
    switch (key.kind()) {
      case ENTER -> editsFilter = false;
      case ESCAPE -> {
        editsFilter = false;
        setFilter("");
      }
      case BACKSPACE -> {
        if (!filter.isEmpty()) {
          setFilter(filter.substring(0, filter.offsetByCodePoints(filter.length(), -1)));
        }
      }
      case CHARACTER -> {
        if (filter.length() < MAX_FILTER) {
          setFilter(filter + Character.toString(key.character()));
        }
      }
      default -> {}
    }
  }

  private void setFilter(String text) {
    filter = text;
    arrange();
  }

  private void arrange() {
    if (report == null) {
      return;
    }
    var lower = filter.toLowerCase(Locale.ROOT);
    var arranged = new ArrayList<SandboxRow>();
    for (var row : report.sandboxes()) {
      if (lower.isEmpty() || row.contains(lower)) {
        arranged.add(row);
      }
    }
    var order = sortedBy.order();
    arranged.sort(reversed ? order.reversed() : order);
    rows = arranged;
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).id().equals(selected)) {
        selectedIndex = i;
        return;
      }
    }
    keepSelectionInside();
  }

  /** Without a selection by the user, the first rows are shown, whichever they are. */
  private void keepSelectionInside() {
    selectedIndex = Math.max(0, Math.min(selectedIndex, rows.size() - 1));
    if (!selected.isEmpty()) {
      select(selectedIndex);
    }
  }

  private void select(int index) {
    selectedIndex = Math.max(0, Math.min(index, rows.size() - 1));
    selected = rows.isEmpty() || selectedIndex == 0 ? "" : rows.get(selectedIndex).id();
  }

  /** The part of the rows that is visible, with the selected one in it. */
  List<SandboxRow> visible(int height) {
    first = Math.min(first, selectedIndex);
    first = Math.max(first, selectedIndex - height + 1);
    first = Math.max(0, Math.min(first, rows.size() - height));
    return rows.subList(first, Math.min(rows.size(), first + Math.max(0, height)));
  }

  String url() {
    return url;
  }

  @Nullable NodeReport report() {
    return report;
  }

  /** Why the last request failed; empty if it did not. */
  String failure() {
    return failure;
  }

  /** Time since the report arrived, by this machine's clock. */
  Duration reportAge(Instant now) {
    return Duration.between(received, now);
  }

  /** The rows, filtered and sorted. */
  List<SandboxRow> rows() {
    return rows;
  }

  @Nullable SandboxRow selected() {
    return rows.isEmpty() ? null : rows.get(selectedIndex);
  }

  Column sortedBy() {
    return sortedBy;
  }

  boolean isReversed() {
    return reversed;
  }

  String filter() {
    return filter;
  }

  boolean editsFilter() {
    return editsFilter;
  }

  boolean showsHelp() {
    return showsHelp;
  }
}
