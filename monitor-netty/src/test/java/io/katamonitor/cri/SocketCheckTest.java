package io.katamonitor.cri;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.cri.SocketCheck.Result;
import io.netty.channel.DefaultEventLoop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketCheckTest {
  private static final long NEVER = TimeUnit.DAYS.toNanos(1);

  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final BlockingQueue<Result> results = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private void start(SocketCheck check, int times) {
    loop.execute(() -> {
      for (int i = 0; i < times; i++) {
        check.check(results::add);
      }
    });
  }

  @Test
  void reportsWhetherTheSocketExists(@TempDir Path folder) throws Exception {
    var socket = folder.resolve("cri.sock");
    var check = new SocketCheck(socket, loop, NEVER);
    start(check, 1);
    assertThat(results.take()).isEqualTo(Result.MISSING);
    Files.createFile(socket);
    start(check, 1);
    assertThat(results.take()).isEqualTo(Result.PRESENT);
  }

  @Test
  void concurrentCallersShareTheCheck() throws Exception {
    var end = new CountDownLatch(1);
    var checks = new AtomicInteger();
    var check =
        new SocketCheck(
            () -> {
              checks.incrementAndGet();
              await(end);
              return false;
            },
            loop,
            NEVER);
    start(check, 3);
    loop.submit(end::countDown).get();
    for (int i = 0; i < 3; i++) {
      assertThat(results.take()).isEqualTo(Result.PRESENT);
    }
    assertThat(checks).hasValue(1);
  }

  @Test
  void hungFileSystemFailsAllCallsUntilTheCheckReturns() throws Exception {
    var end = new CountDownLatch(1);
    var check =
        new SocketCheck(
            () -> {
              await(end);
              return false;
            },
            loop,
            TimeUnit.MILLISECONDS.toNanos(50));
    start(check, 1);
    assertThat(results.take()).isEqualTo(Result.HUNG);
    start(check, 1);
    assertThat(results.take()).isEqualTo(Result.HUNG);
    end.countDown();
    var result = Result.HUNG;
    while (result == Result.HUNG) {
      start(check, 1);
      result = results.take();
    }
    assertThat(result).isEqualTo(Result.PRESENT);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
