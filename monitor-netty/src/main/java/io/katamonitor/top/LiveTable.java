package io.katamonitor.top;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jline.utils.NonBlockingReader;
import org.jspecify.annotations.Nullable;

/**
 * The live table: requests the monitor's JSON every 5 s, handles keys, draws. One thread owns the
 * state and draws; keys, sizes and responses come to it as tasks in a queue. If the monitor does
 * not respond, the request is repeated every 2 s, without limit.
 */
final class LiveTable {
  /** The same interval as that of the page. */
  private static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** The monitor renders its JSON at most once a second. */
  static final long RATE_MILLIS = 1_500;

  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Interval of redrawing, since ages on the screen are in seconds. */
  private static final long REDRAW_MILLIS = 1_000;

  private final MonitorClient client;
  private final TerminalScreen screen;
  private final TableState state;
  private final Layout layout;

  /** More keys than a person types before the queue is emptied. */
  private final BlockingQueue<Runnable> tasks = new ArrayBlockingQueue<>(256);

  private boolean isEnding;
  private boolean isFetching;
  private long nextFetch = System.nanoTime();

  LiveTable(MonitorClient client, TerminalScreen screen, String url, Colours colours) {
    this.client = client;
    this.screen = screen;
    state = new TableState(url);
    layout = new Layout(new SafeText(screen.charset()), colours);
  }

  /** Runs until the user quits or the terminal is closed. */
  void run() throws InterruptedException {
    screen.onResize(() -> offer(() -> {}));
    screen.onContinue(() -> offer(screen::retake));
    var keys = new Thread(this::readKeys, "keys");
    keys.setDaemon(true);
    keys.start();
    while (!isEnding) {
      if (!isFetching && System.nanoTime() - nextFetch >= 0) {
        fetch();
      }
      draw();
      var task = tasks.poll(REDRAW_MILLIS, TimeUnit.MILLISECONDS);
      while (task != null) {
        task.run();
        task = tasks.poll();
      }
    }
  }

  /** A task that does not fit the queue is not needed: the screen is redrawn anyway. */
  private void offer(Runnable task) {
    var _ = tasks.offer(task);
  }

  private void draw() {
    int width = screen.width();
    int height = screen.height();
    screen.draw(layout.screen(state, width, height, Instant.now()), width, height);
  }

  private void fetch() {
    isFetching = true;
    client
        .fetch()
        .thenApply(LiveTable::read)
        .whenComplete(
            (report, failure) -> put(() -> fetched(report, failure == null ? null : failure)));
  }

  private void put(Runnable task) {
    try {
      tasks.put(task);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static NodeReport read(byte[] json) {
    try {
      return ReportReader.read(json);
    } catch (MonitorException e) {
      throw new CompletionException(e);
    }
  }

  private void fetched(@Nullable NodeReport report, @Nullable Throwable failure) {
    isFetching = false;
    if (report != null) {
      state.report(report, Instant.now());
    } else if (failure != null) {
      state.failed(Causes.describe(failure));
    }
    nextFetch = System.nanoTime() + (report == null ? RETRY_NANOS : pause(report));
  }

  private static long pause(NodeReport report) {
    return report.lacksRates() ? TimeUnit.MILLISECONDS.toNanos(RATE_MILLIS) : REFRESH_NANOS;
  }

  /** Runs on a thread of its own, until the terminal is closed. */
  private void readKeys() {
    var reader = screen.reader();
    var keys = new Keys(millis -> translated(reader.read(millis)));
    try {
      while (true) {
        var key = keys.next();
        put(() -> key(key));
        if (key.kind() == Keys.Kind.QUIT) {
          return;
        }
      }
    } catch (IOException e) {
      put(() -> isEnding = true);
    }
  }

  private static int translated(int read) {
    return read == NonBlockingReader.READ_EXPIRED ? Keys.NOTHING : read;
  }

  private void key(Keys.Key key) {
    if (key.kind() == Keys.Kind.QUIT || (key.character() == 'q' && !state.editsFilter())) {
      isEnding = true;
    } else if (key.character() == ' ' && !state.editsFilter()) {
      nextFetch = System.nanoTime();
    } else {
      state.key(key, layout.page(state, screen.width(), screen.height(), Instant.now()));
    }
  }
}
