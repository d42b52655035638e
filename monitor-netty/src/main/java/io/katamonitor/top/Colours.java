package io.katamonitor.top;

import org.jline.utils.AttributedStyle;

/**
 * Colours or none; bold, faint and inverse are used in both cases. A colour only repeats
 * information that is also shown as text.
 */
enum Colours {
  NONE {
    @Override
    AttributedStyle with(AttributedStyle base, int colour) {
      return base;
    }
  },
  ANSI {
    @Override
    AttributedStyle with(AttributedStyle base, int colour) {
      return base.foreground(colour);
    }
  };

  abstract AttributedStyle with(AttributedStyle base, int colour);

  AttributedStyle bad(AttributedStyle base) {
    return with(base, AttributedStyle.RED);
  }

  AttributedStyle notice(AttributedStyle base) {
    return with(base, AttributedStyle.YELLOW);
  }
}
