package io.katamonitor.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
  @Test
  void detectorTracksEveryBuffer() {
    assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
  }

  @Test
  void droppedBufferIsDetected() throws Exception {
    drop();
    var found = new ArrayList<String>();
    Await.until("a leak", () -> found.addAll(LeakCheck.reports()));
    assertThat(found).singleElement().asString().contains("LeakCheckTest.drop");
  }

  @Test
  void releasedBufferIsNotReported() throws Exception {
    PooledByteBufAllocator.DEFAULT.directBuffer().writeByte(1).release();
    assertThat(LeakCheck.reports()).isEqualTo(List.of());
  }

  private static void drop() {
    PooledByteBufAllocator.DEFAULT.directBuffer().writeByte(1);
  }
}
