package io.katamonitor.top;

import static org.assertj.core.api.Assertions.assertThat;

import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.junit.jupiter.api.Test;

class ColoursTest {
  private static String ansi(AttributedStyle style) {
    return new AttributedString("x", style).toAnsi();
  }

  @Test
  void withoutColoursBoldAndInverseStay() {
    var bold = AttributedStyle.BOLD;

    assertThat(Colours.NONE.bad(bold)).isEqualTo(bold);
    assertThat(Colours.NONE.notice(bold.inverse())).isEqualTo(bold.inverse());
  }

  @Test
  void badIsRedAndANoticeYellow() {
    assertThat(ansi(Colours.ANSI.bad(AttributedStyle.DEFAULT))).contains("31m");
    assertThat(ansi(Colours.ANSI.notice(AttributedStyle.DEFAULT))).contains("33m");
  }
}
