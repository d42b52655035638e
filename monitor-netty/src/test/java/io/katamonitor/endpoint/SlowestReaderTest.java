package io.katamonitor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@link OpenResponses} and {@link ReadingPace}: whose response is cut when memory is short. */
class SlowestReaderTest {
  private final List<String> cuts = new ArrayList<>();
  private long now;
  private final OpenResponses open = new OpenResponses(() -> now);

  private final class Reader implements OpenResponses.OpenResponse {
    private final String name;
    private final ReadingPace pace = new ReadingPace();

    Reader(String name) {
      this.name = name;
      open.add(this);
    }

    /** Reads so many bytes, after the output has waited for so long. */
    void read(long bytes, long millis) {
      pace.wrote(bytes);
      pace.waits(now);
      now += TimeUnit.MILLISECONDS.toNanos(millis);
      pace.continues(now);
    }

    @Override
    public ReadingPace pace() {
      return pace;
    }

    @Override
    public void cut() {
      cuts.add(name);
    }
  }

  @Test
  void slowestClientIsCutAndNotTheOldest() {
    new Reader("oldest").read(40_000_000, 600);
    new Reader("slow").read(100_000, 900);
    new Reader("slowest").read(9_000, 600);

    assertThat(open.cutSlowest()).isTrue();
    assertThat(open.cutSlowest()).isTrue();
    assertThat(cuts).containsExactly("slowest", "slow");
  }

  @Test
  void clientWithLittleWaitingTimeIsNeverCut() {
    var fast = new Reader("fast");
    for (int i = 0; i < 50; i++) {
      fast.read(100_000, 9);
    }
    assertThat(open.cutSlowest()).isFalse();

    fast.read(100_000, 50);
    assertThat(open.cutSlowest()).isTrue();
    assertThat(cuts).containsExactly("fast");
  }

  @Test
  void clientThatHasStoppedReadingIsCut() {
    var stopped = new Reader("stopped");
    stopped.pace().wrote(1_000);
    stopped.pace().waits(now);
    now += ReadingPace.MIN_WAIT_NANOS - 1;
    assertThat(open.cutSlowest()).isFalse();
    now++;
    assertThat(open.cutSlowest()).isTrue();
    assertThat(open.cutSlowest()).isFalse();
  }

  @Test
  void responseThatHasEndedIsNotCut() {
    var ended = new Reader("ended");
    ended.read(1, 1_000);
    open.remove(ended);
    assertThat(open.cutSlowest()).isFalse();
  }
}
