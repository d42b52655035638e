package io.katamonitor.sim;

/**
 * How a sample's value moves in time, as {@code shim-families.txt} writes it.
 *
 * @param kind one of {@code = + ~ ^ -} and {@code s} (start time), {@code n} (now)
 * @param base the value it is about
 * @param perUnit how many steps of the value make one: 100 for hundredths, 1/4096 for pages
 */
record Course(char kind, double base, double perUnit) {
  static Course parse(String text) {
    switch (text) {
      case "start" -> {
        return new Course('s', 0, 100);
      }
      case "now" -> {
        return new Course('n', 0, 1e6);
      }
      default -> {}
    }
    char kind = text.charAt(0);
    boolean moves = "+~^-".indexOf(kind) >= 0;
    var number = moves ? text.substring(1) : text;
    double perUnit = 1;
    int step = Math.max(number.indexOf('/'), number.indexOf('*'));
    if (step > 0) {
      double size = Double.parseDouble(number.substring(step + 1));
      perUnit = number.charAt(step) == '/' ? size : 1 / size;
      number = number.substring(0, step);
    }
    return new Course(moves ? kind : '=', Double.parseDouble(number), perUnit);
  }

  boolean isStill() {
    return kind == '=';
  }

  /** The value at a moment of a sandbox's life. */
  double at(Moment moment, int sample) {
    double value =
        switch (kind) {
          case '+' -> base * moment.progress() * moment.share(sample);
          case '~' -> base * moment.level();
          case '^' -> base * moment.highestLevel();
          case '-' -> base * (1.1 - 0.1 * moment.level());
          case 's' -> moment.startSeconds();
          case 'n' -> moment.nowSeconds();
          default -> base;
        };
    return kind == '=' ? value : Math.rint(value * perUnit) / perUnit;
  }
}
