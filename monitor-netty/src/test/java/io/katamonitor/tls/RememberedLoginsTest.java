package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RememberedLoginsTest {
  private long now;
  private final RememberedLogins logins = new RememberedLogins(() -> now);

  private static ByteBuffer login(int number) {
    return ByteBuffer.allocate(4).putInt(number).flip();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void loginExpiresTenMinutesAfterItsLastUse() {
    logins.add(login(1));
    pass(Duration.ofMinutes(9));
    assertThat(logins.use(login(1))).isTrue();
    pass(Duration.ofMinutes(10).minusNanos(1));
    assertThat(logins.use(login(1))).isTrue();
    pass(Duration.ofMinutes(10));
    assertThat(logins.use(login(1))).isFalse();
    assertThat(logins.use(login(2))).isFalse();
  }

  @Test
  void leastRecentlyUsedLoginIsEvicted() {
    for (int i = 0; i < RememberedLogins.MAX; i++) {
      logins.add(login(i));
    }
    assertThat(logins.use(login(0))).isTrue();
    logins.add(login(-1));
    assertThat(logins.use(login(1))).isFalse();
    assertThat(logins.use(login(0))).isTrue();
    assertThat(logins.use(login(2))).isTrue();
    assertThat(logins.use(login(-1))).isTrue();
  }
}
