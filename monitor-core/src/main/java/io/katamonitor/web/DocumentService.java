package io.katamonitor.web;

import io.katamonitor.log.Log;
import io.katamonitor.scrape.Clock;
import io.katamonitor.scrape.Timer;
import io.katamonitor.usage.UsageHistory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Renders the page and its JSON, each at most once a second, for all viewers together. Rendering
 * takes turns of {@value #TURN_MILLIS} ms, between which scrapes can run. Without viewers nothing
 * is rendered. A document is freed when it is a second old and its last viewer has read it.
 * Confined to the event loop.
 */
public final class DocumentService {
  private static final Log LOG = Log.of(DocumentService.class);
  private static final long TURN_MILLIS = 2;
  private static final long SHARED_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Text that is rendered before it is encoded. */
  private static final int TEXT_CHARS = 16 * 1024;

  /** Source of snapshots. */
  @FunctionalInterface
  public interface Snapshots {
    /** Calls {@code onLoop} once, on the event loop; perhaps before it returns. */
    void take(Consumer<NodeSnapshot> onLoop);
  }

  /** Makes the parts of a document. */
  @FunctionalInterface
  interface Parts {
    DocumentParts of(DocumentForm form, NodeSnapshot node);
  }

  /** Waits for a document. */
  public interface Viewer {
    /** The document; the viewer releases it, once. */
    void show(Document document);

    /** There is no memory for it, or it cannot be rendered. */
    void failed();
  }

  private final Snapshots snapshots;
  private final Parts parts;
  private final DocumentMemory memory;
  private final Clock clock;
  private final Timer timer;
  private final Map<DocumentForm, Shared> shared = new EnumMap<>(DocumentForm.class);

  /** State shared by the viewers of one form. */
  private static final class Shared {
    final List<Viewer> waiting = new ArrayList<>();
    @Nullable Document current;
    long startedNanos;
  }

  /** A document that is being rendered. */
  private final class Rendering {
    private final Shared to;
    private final DocumentParts remaining;
    private final Document document = new Document(memory);
    private final StringBuilder text = new StringBuilder(TEXT_CHARS + TEXT_CHARS / 4);

    Rendering(Shared to, DocumentParts remaining) {
      this.to = to;
      this.remaining = remaining;
    }

    void work() {
      try {
        long start = clock.nanoTime();
        boolean more = true;
        while (more && clock.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(TURN_MILLIS)) {
          more = writeBlock();
        }
        if (more) {
          timer.schedule(this::work, 1);
        } else {
          finish(to, document);
        }
      } catch (OutOfRoomException e) {
        LOG.warn("a page could not be rendered: the memory for pages is in use");
        fail();
      } catch (RuntimeException | LinkageError e) {
        LOG.error("a page could not be rendered", "error", e);
        fail();
      }
    }

    private boolean writeBlock() throws OutOfRoomException {
      text.setLength(0);
      boolean more = true;
      while (more && text.length() < TEXT_CHARS) {
        more = remaining.writeNext(text);
      }
      if (!document.append(text.toString().getBytes(StandardCharsets.UTF_8))) {
        throw new OutOfRoomException();
      }
      return more;
    }

    private void fail() {
      document.release();
      DocumentService.fail(to);
    }
  }

  private static final class OutOfRoomException extends Exception {
    private static final long serialVersionUID = 1;

    OutOfRoomException() {
      super("no memory for the document", null, false, false);
    }
  }

  DocumentService(
      Snapshots snapshots, Parts parts, DocumentMemory memory, Clock clock, Timer timer) {
    this.snapshots = snapshots;
    this.parts = parts;
    this.memory = memory;
    this.clock = clock;
    this.timer = timer;
    for (var form : DocumentForm.values()) {
      shared.put(form, new Shared());
    }
  }

  /**
   * Renders the page and the JSON of the source's snapshots.
   *
   * @param debugEndpoints whether {@code /debug/*} is served, and so linked
   */
  public static DocumentService of(
      SnapshotSource source,
      UsageHistory history,
      boolean debugEndpoints,
      DocumentMemory memory,
      Clock clock,
      Timer timer) {
    return new DocumentService(
        source,
        (form, node) ->
            switch (form) {
              case PAGE -> new PageParts(node, debugEndpoints);
              case JSON -> new JsonParts(node, null);
              case JSON_WITH_HISTORY -> new JsonParts(node, history);
            },
        memory,
        clock,
        timer);
  }

  /**
   * Gives the viewer a document whose rendering began at most a second ago; may call the viewer
   * before it returns.
   */
  public void request(DocumentForm form, Viewer viewer) {
    var wanted = shared.get(form);
    if (wanted == null) {
      throw new IllegalArgumentException("no such form: " + form);
    }
    long now = clock.nanoTime();
    var current = wanted.current;
    if (current != null && now - wanted.startedNanos < SHARED_NANOS) {
      current.retain();
      viewer.show(current);
      return;
    }
    wanted.waiting.add(viewer);
    if (wanted.waiting.size() == 1) {
      wanted.startedNanos = now;
      try {
        snapshots.take(node -> render(form, wanted, node));
      } catch (RuntimeException | LinkageError e) {
        LOG.error("a page could not be rendered", "error", e);
        fail(wanted);
      }
    }
  }

  private void render(DocumentForm form, Shared wanted, NodeSnapshot node) {
    DocumentParts made;
    try {
      made = parts.of(form, node);
    } catch (RuntimeException | LinkageError e) {
      LOG.error("a page could not be rendered", "error", e);
      fail(wanted);
      return;
    }
    new Rendering(wanted, made).work();
  }

  private void finish(Shared wanted, Document document) {
    forget(wanted);
    wanted.current = document;
    timer.schedule(
        () -> {
          if (wanted.current == document) {
            forget(wanted);
          }
        },
        SHARED_NANOS);
    for (var viewer : takeWaiting(wanted)) {
      document.retain();
      viewer.show(document);
    }
  }

  private static void forget(Shared wanted) {
    var current = wanted.current;
    if (current != null) {
      wanted.current = null;
      current.release();
    }
  }

  private static void fail(Shared wanted) {
    takeWaiting(wanted).forEach(Viewer::failed);
  }

  private static List<Viewer> takeWaiting(Shared wanted) {
    var served = List.copyOf(wanted.waiting);
    wanted.waiting.clear();
    return served;
  }
}
