package io.katamonitor.config;

import java.util.List;
import java.util.regex.Pattern;

/** Regular expressions separated by commas. */
record PatternListType() implements FlagType<List<Pattern>> {
  @Override
  public String placeholder() {
    return "REGEX,...";
  }

  @Override
  public List<Pattern> parse(String text) {
    return FamilyFilter.parseList(text);
  }

  @Override
  public String format(List<Pattern> value) {
    var text = new StringBuilder();
    for (var expression : value) {
      text.append(text.isEmpty() ? "" : ",").append(expression.pattern());
    }
    return text.toString();
  }
}
