package io.katamonitor.top;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;
import org.jline.utils.Signals;

/**
 * The whole screen of the terminal, while it is open: the alternate buffer, no cursor, keys as they
 * are pressed. {@link #close} restores it, and so does each signal that ends the process. Only
 * differences to the last screen are written. Any thread may close it; one draws.
 *
 * <p>JLine reaches the terminal by the foreign function interface: no library is unpacked, and no
 * program ({@code stty}, {@code infocmp}) is started, of which the image has none.
 */
final class TerminalScreen implements AutoCloseable {
  /** At the end of the program, maximum wait for a terminal that accepts no bytes. */
  private static final int RESTORE_MILLIS = 1_000;

  /**
   * Shows the cursor, resets styles, leaves the alternate buffer; the same on all xterm-like
   * terminals.
   */
  private static final String RESTORING = "\u001b[?25h\u001b[m\u001b[?1049l";

  private final Terminal terminal;
  private final Display display;
  private final Attributes before;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean isClosed;
  private int drawnWidth;
  private int drawnHeight;

  private TerminalScreen(Terminal terminal) {
    this.terminal = terminal;
    before = terminal.getAttributes();
    display = new Display(terminal, true);
  }

  /**
   * Opens the screen.
   *
   * @param type of the terminal: {@code xterm-256color} or {@code xterm}
   */
  static TerminalScreen open(String type) throws IOException {
    var terminal =
        TerminalBuilder.builder()
            .system(true)
            .provider("ffm")
            .type(type)
            .dumb(false)
            .nativeSignals(false)
            // JLine would query the terminal for the width of its characters, and wait.
            .graphemeCluster(false)
            .build();
    var screen = new TerminalScreen(terminal);
    screen.endOn("TERM", 15);
    screen.endOn("INT", 2);
    screen.endOn("HUP", 1);
    screen.take();
    return screen;
  }

  private void take() {
    terminal.enterRawMode();
    var raw = terminal.getAttributes();
    // Ctrl-C and Ctrl-Z are read as keys: a stopped program would leave its screen behind.
    raw.setLocalFlag(LocalFlag.ISIG, false);
    terminal.setAttributes(raw);
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.cursor_invisible);
    terminal.puts(Capability.clear_screen);
    terminal.flush();
    display.clear();
  }

  /** Sets a callback, called on a JVM thread when the size has changed. */
  void onResize(Runnable callback) {
    Signals.register("WINCH", callback);
  }

  /** Sets a callback for when the program continues after it was stopped from outside. */
  void onContinue(Runnable callback) {
    Signals.register("CONT", callback);
  }

  /** Opens the screen again, after another program has used it. */
  void retake() {
    lock.lock();
    try {
      if (!isClosed) {
        take();
      }
    } finally {
      lock.unlock();
    }
  }

  Charset charset() {
    return terminal.outputEncoding();
  }

  NonBlockingReader reader() {
    return terminal.reader();
  }

  /** Columns; 80 if the terminal reports none. */
  int width() {
    int columns = terminal.getColumns();
    return columns > 0 ? columns : 80;
  }

  int height() {
    int rows = terminal.getRows();
    return rows > 0 ? rows : 24;
  }

  /** Shows these lines, from the top. */
  void draw(List<AttributedString> lines, int width, int height) {
    lock.lock();
    try {
      if (isClosed) {
        return;
      }
      if (width != drawnWidth || height != drawnHeight) {
        // When their size changes, terminals rearrange their content, each in its own way.
        drawnWidth = width;
        drawnHeight = height;
        display.resize(Size.of(width, height));
        display.clear();
        terminal.puts(Capability.clear_screen);
      }
      display.update(lines, -1);
      terminal.flush();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the process with the exit code that shells report for this signal. */
  private void endOn(String signal, int number) {
    Signals.register(
        signal,
        () -> {
          try {
            close();
          } finally {
            // halt, not exit: JLine's hook would wait for a read of the terminal that never ends.
            Runtime.getRuntime().halt(128 + number);
          }
        });
  }

  /** Restores the screen; the terminal is not used again. */
  @Override
  public void close() {
    boolean isLocked = false;
    try {
      isLocked = lock.tryLock(RESTORE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      if (!isClosed) {
        isClosed = true;
        write(RESTORING);
        terminal.setAttributes(before);
      }
    } finally {
      if (isLocked) {
        lock.unlock();
      }
    }
  }

  /** Bypasses JLine, whose writer may be blocked. */
  private static void write(String sequences) {
    // Not closed: standard output is not this class's.
    var out = new FileOutputStream(FileDescriptor.out);
    try {
      out.write(sequences.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // The terminal is closed, and there is nothing to restore.
    }
  }
}
