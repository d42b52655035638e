package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakeWorkTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<Runnable> thread = new ArrayList<>();
  private final List<String> computed = new ArrayList<>();
  private long now = 10;

  private HandshakeWork work() {
    return new HandshakeWork(channel, thread::add, () -> now);
  }

  private long idleSince() {
    return HandshakeWork.idleSinceNanos(channel, now, 11);
  }

  @AfterEach
  void close() {
    channel.close();
  }

  @Test
  void connectionWithoutWorkIsIdleSinceItsHandshakeBegan() {
    assertThat(idleSince()).isEqualTo(11);
    work();
    assertThat(idleSince()).isEqualTo(11);
  }

  @Test
  void clientIsNotWaitedForWhileSomethingIsComputedAndSinceThenAfterwards() {
    work().execute(() -> computed.add("x"));
    now = 50;
    assertThat(idleSince()).isEqualTo(50);
    thread.getFirst().run();
    now = 70;
    assertThat(computed).containsExactly("x");
    assertThat(idleSince()).isEqualTo(50);
  }

  @Test
  void nothingIsComputedForAConnectionThatIsClosed() {
    work().execute(() -> computed.add("x"));
    channel.close();
    thread.getFirst().run();
    assertThat(computed).isEmpty();
    assertThat(idleSince()).isEqualTo(11);
  }

  @Test
  void workThatIsRejectedIsNotPending() {
    var work =
        new HandshakeWork(
            channel,
            part -> {
              throw new RejectedExecutionException("full");
            },
            () -> now);
    assertThatThrownBy(() -> work.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    now = 50;
    assertThat(idleSince()).isEqualTo(11);
  }
}
