package io.katamonitor.logging;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.async.AsyncQueueFullPolicyFactory;
import org.apache.logging.log4j.core.async.EventRoute;
import org.junit.jupiter.api.Test;

class DropPolicyTest {
  @Test
  void everyLevelIsDroppedAndCounted() {
    var policy = AsyncQueueFullPolicyFactory.create();
    assertThat(policy).isInstanceOf(DropPolicy.class);
    long before = Logging.droppedLines();

    for (var level : Level.values()) {
      assertThat(policy.getRoute(1, level)).isEqualTo(EventRoute.DISCARD);
    }

    assertThat(Logging.droppedLines() - before).isEqualTo(Level.values().length);
  }
}
