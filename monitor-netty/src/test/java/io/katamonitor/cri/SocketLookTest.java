package io.katamonitor.cri;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.cri.SocketLook.Result;
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

class SocketLookTest {
  private static final long NEVER = TimeUnit.DAYS.toNanos(1);

  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final BlockingQueue<Result> results = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private void look(SocketLook look, int times) {
    loop.execute(() -> {
      for (int i = 0; i < times; i++) {
        look.look(results::add);
      }
    });
  }

  @Test
  void tellsWhetherTheSocketIsThere(@TempDir Path folder) throws Exception {
    var socket = folder.resolve("cri.sock");
    var look = new SocketLook(socket, loop, NEVER);
    look(look, 1);
    assertThat(results.take()).isEqualTo(Result.MISSING);
    Files.createFile(socket);
    look(look, 1);
    assertThat(results.take()).isEqualTo(Result.THERE);
  }

  @Test
  void whoAsksMeanwhileSharesTheLook() throws Exception {
    var end = new CountDownLatch(1);
    var looks = new AtomicInteger();
    var look =
        new SocketLook(
            () -> {
              looks.incrementAndGet();
              await(end);
              return false;
            },
            loop,
            NEVER);
    look(look, 3);
    loop.submit(end::countDown).get();
    for (int i = 0; i < 3; i++) {
      assertThat(results.take()).isEqualTo(Result.THERE);
    }
    assertThat(looks).hasValue(1);
  }

  @Test
  void aFileSystemThatHangsFailsAllUntilItsLookReturns() throws Exception {
    var end = new CountDownLatch(1);
    var look =
        new SocketLook(
            () -> {
              await(end);
              return false;
            },
            loop,
            TimeUnit.MILLISECONDS.toNanos(50));
    look(look, 1);
    assertThat(results.take()).isEqualTo(Result.HUNG);
    look(look, 1);
    assertThat(results.take()).isEqualTo(Result.HUNG);
    end.countDown();
    var result = Result.HUNG;
    while (result == Result.HUNG) {
      look(look, 1);
      result = results.take();
    }
    assertThat(result).isEqualTo(Result.THERE);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
