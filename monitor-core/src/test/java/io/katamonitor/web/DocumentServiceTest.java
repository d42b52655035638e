package io.katamonitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.CountingSlabs;
import io.katamonitor.memory.MemoryAccount;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DocumentServiceTest {
  private static final int MIB = 1 << 20;
  private static final long BUDGET = 16 * MIB;

  private final NodeFixture node = NodeFixture.withSandboxes(500);
  private final MemoryAccount account = new MemoryAccount("documents", BUDGET);
  private final DocumentMemory memory = new DocumentMemory(new CountingSlabs(), account);
  private int snapshots;
  private DocumentService documents =
      DocumentService.of(node.source, node.history, true, memory, node.time, node.time);

  private static final class Viewer implements DocumentService.Viewer {
    @Nullable Document document;
    boolean failed;

    @Override
    public void show(Document shown) {
      document = shown;
    }

    @Override
    public void failed() {
      failed = true;
    }

    Document shown() {
      return Objects.requireNonNull(document, "no document was shown");
    }

    String text() {
      var text = new StringBuilder();
      for (int i = 0; i < shown().blockCount(); i++) {
        text.append(StandardCharsets.UTF_8.decode(shown().block(i)));
      }
      return text.toString();
    }
  }

  private Viewer request(DocumentForm form) {
    var viewer = new Viewer();
    documents.request(form, viewer);
    node.time.run();
    return viewer;
  }

  private void countSnapshots() {
    documents =
        new DocumentService(
            onLoop -> {
              snapshots++;
              node.source.take(onLoop);
            },
            (form, shown) -> new JsonParts(shown, null),
            memory,
            node.time,
            node.time);
  }

  @Test
  void viewersWithinASecondShareADocument() {
    countSnapshots();
    var first = request(DocumentForm.JSON);
    node.time.pass(Duration.ofMillis(999));
    var second = request(DocumentForm.JSON);
    node.time.pass(Duration.ofMillis(1));
    var third = request(DocumentForm.JSON);

    assertThat(second.shown()).isSameAs(first.shown());
    assertThat(third.shown()).isNotSameAs(first.shown());
    assertThat(snapshots).isEqualTo(2);
    assertThat(first.text()).startsWith("{\"schemaVersion\":1,").endsWith("]}\n");
  }

  /** Without viewers nothing runs and no memory is held. */
  @Test
  void documentIsFreedASecondAfterItsLastViewer() {
    var viewer = request(DocumentForm.PAGE);
    assertThat(viewer.text()).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
    node.time.pass(Duration.ofSeconds(2));
    assertThat(account.usedBytes()).isPositive();

    viewer.shown().release();

    assertThat(account.usedBytes()).isZero();
    assertThat(node.time.pending()).isZero();
  }

  /** 512 viewers of 500 sandboxes stay within the budget, whatever they request. */
  @Test
  void manyViewersShareOneDocumentOfEachForm() {
    for (int i = 0; i < 90; i++) { // A history that is full.
      node.scrape();
      node.time.pass(Duration.ofSeconds(10));
    }
    var viewers = new ArrayList<Viewer>();
    var forms = List.of(DocumentForm.values());
    for (int i = 0; i < 512; i++) {
      viewers.add(request(forms.get(i % forms.size())));
    }
    assertThat(viewers).allSatisfy(viewer -> assertThat(viewer.document).isNotNull());
    assertThat(account.usedBytes()).isLessThan(4 * MIB);

    node.time.pass(Duration.ofSeconds(1));
    viewers.forEach(viewer -> viewer.shown().release());
    assertThat(account.usedBytes()).isZero();
  }

  /** Viewers that stop reading hold what they got; the slowest are cut before others get none. */
  @Test
  void slowViewersAreCutIfMemoryIsUsedUp() {
    List<Viewer> slow = new ArrayList<>();
    memory.onPressure(() -> {
      if (slow.isEmpty()) {
        return false;
      }
      slow.removeFirst().shown().release();
      return true;
    });
    long most = 0;
    for (int i = 0; i < 512; i++) {
      var viewer = request(DocumentForm.JSON);
      assertThat(viewer.document).isNotNull();
      slow.add(viewer);
      node.time.pass(Duration.ofSeconds(1));
      most = Math.max(most, account.usedBytes());
    }

    assertThat(most).isBetween(BUDGET - MIB, BUDGET);
    assertThat(slow.size()).isBetween(16, 64);
  }

  @Test
  void viewersAreNotifiedOfMissingMemory() {
    account.tryCharge(BUDGET - 5L * DocumentMemory.BLOCK_BYTES);

    var viewer = request(DocumentForm.JSON);

    assertThat(viewer.failed).isTrue();
    assertThat(account.usedBytes()).isEqualTo(BUDGET - 5L * DocumentMemory.BLOCK_BYTES);
    account.release(BUDGET - 5L * DocumentMemory.BLOCK_BYTES);
    assertThat(request(DocumentForm.JSON).document).isNotNull();
  }

  @Test
  void partThatCannotBeRenderedFailsItsViewersOnly() {
    documents =
        new DocumentService(
            onLoop -> node.source.take(onLoop),
            (form, shown) -> {
              if (form == DocumentForm.PAGE) {
                return out -> {
                  throw new IllegalStateException("a defect");
                };
              }
              return new JsonParts(shown, null);
            },
            memory,
            node.time,
            node.time);

    assertThat(request(DocumentForm.PAGE).failed).isTrue();
    assertThat(request(DocumentForm.JSON).document).isNotNull();
  }

  /** Each turn of the loop takes 2 ms; between two of them other tasks run. */
  @Test
  void renderingYields() {
    Consumer<StringBuilder> slowPart =
        out -> {
          out.append("x".repeat(20_000));
          node.time.pass(Duration.ofMillis(3));
        };
    var parts = new ArrayList<>(List.of(slowPart, slowPart, slowPart));
    documents =
        new DocumentService(
            onLoop -> node.source.take(onLoop),
            (form, shown) ->
                out -> {
                  parts.removeFirst().accept(out);
                  return !parts.isEmpty();
                },
            memory,
            node.time,
            node.time);
    var viewer = new Viewer();

    documents.request(DocumentForm.JSON, viewer);
    assertThat(parts).hasSize(2);
    assertThat(viewer.document).isNull();
    node.time.pass(Duration.ofMillis(100));

    assertThat(viewer.text()).hasSize(60_000);
  }
}
