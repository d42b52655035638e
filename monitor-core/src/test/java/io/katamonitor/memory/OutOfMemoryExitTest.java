package io.katamonitor.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class OutOfMemoryExitTest {
  private static final int HEAP = 1 | 2;
  private static final int THREADS = 1 | 4;

  @Test
  void separateThreadWritesTheReport() throws Exception {
    var reported = new CompletableFuture<String>();
    var exit =
        new OutOfMemoryExit((resource, thread) ->
            reported.complete(
                String.join(",", resource, thread.getName(), Thread.currentThread().getName())));
    assertThat(exit.isReserved()).isTrue();
    var written = new CompletableFuture<Boolean>();
    var failing = new Thread(() -> written.complete(exit.awaitReport(HEAP)), "failing");

    failing.start();

    assertThat(reported.get()).isEqualTo("Java heap,failing,out-of-memory");
    assertThat(written.get()).isTrue();
    assertThat(exit.isReserved()).isFalse();
  }

  @Test
  void unreadReportIsNotAwaitedForever() {
    var never = new CountDownLatch(1);
    var exit = new OutOfMemoryExit((resource, thread) -> never.await());

    assertThat(exit.awaitReport(HEAP)).isFalse();
    never.countDown();
  }

  @Test
  void failedReportIsNotWritten() {
    var exit =
        new OutOfMemoryExit((resource, thread) -> {
          throw new IllegalStateException("no accounts");
        });

    assertThat(exit.awaitReport(HEAP)).isFalse();
  }

  @Test
  void resourceIsNamed() {
    assertThat(OutOfMemoryExit.resource(HEAP)).isEqualTo("Java heap");
    assertThat(OutOfMemoryExit.resource(THREADS)).isEqualTo("native threads");
    assertThat(OutOfMemoryExit.resource(1)).isEqualTo("virtual machine");
  }

  @Test
  void agentFindsTheMethodThatItCalls() throws Exception {
    var method = OutOfMemoryExit.class.getMethod("exhausted", int.class);

    assertThat(method.getReturnType()).isEqualTo(boolean.class);
  }
}
