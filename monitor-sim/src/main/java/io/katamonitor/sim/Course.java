package io.katamonitor.sim;

/**
 * How a sample's value varies over time, in the notation of {@code shim-families.txt}.
 *
 * @param kind one of {@code = + ~ ^ -}, {@code $} (a value of {@link PodUsage}), {@code s} (start
 *     time) and {@code n} (now)
 * @param base the value around which it varies
 * @param perUnit number of steps per unit: 100 for hundredths, 1/4096 for pages
 * @param name of the value of {@link PodUsage}, else empty
 */
record Course(char kind, double base, double perUnit, String name) {
  static Course parse(String text) {
    switch (text) {
      case "start" -> {
        return new Course('s', 0, 100, "");
      }
      case "now" -> {
        return new Course('n', 0, 1e6, "");
      }
      default -> {}
    }
    char kind = text.charAt(0);
    if (kind == '$') {
      int slash = text.indexOf('/');
      return slash < 0
          ? new Course(kind, 0, 0, text.substring(1))
          : new Course(
              kind, 0, Double.parseDouble(text.substring(slash + 1)), text.substring(1, slash));
    }
    boolean moves = "+~^-".indexOf(kind) >= 0;
    var number = moves ? text.substring(1) : text;
    double perUnit = 1;
    int step = Math.max(number.indexOf('/'), number.indexOf('*'));
    if (step > 0) {
      double size = Double.parseDouble(number.substring(step + 1));
      perUnit = number.charAt(step) == '/' ? size : 1 / size;
      number = number.substring(0, step);
    }
    return new Course(moves ? kind : '=', Double.parseDouble(number), perUnit, "");
  }

  /** The same for one value of a label, which replaces {@code *} in the name. */
  Course ofEach(String value) {
    return name.indexOf('*') < 0 ? this : new Course(kind, base, perUnit, name.replace("*", value));
  }

  boolean isStill() {
    return kind == '=';
  }

  /** The value at a moment of a sandbox's life. */
  double at(Moment moment, int sample) {
    if (kind == '$') {
      double used = moment.usage().get(name);
      return perUnit == 0 ? used : Math.floor(used / perUnit);
    }
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
