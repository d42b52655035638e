package io.katamonitor.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which metric families are served, by name. If matching a name takes more than {@link
 * BoundedText#MAX_READS} reads, the family is not served, with either list: names come from guests,
 * and one may be chosen to be slow to match.
 */
public sealed interface FamilyFilter {
  /** Whether a family of this name is served. */
  boolean keeps(String family);

  /** No filter. */
  record All() implements FamilyFilter {
    @Override
    public boolean keeps(String family) {
      return true;
    }
  }

  /** Only families whose whole name one of the expressions matches. */
  record Allow(List<Pattern> expressions) implements FamilyFilter {
    public Allow {
      expressions = List.copyOf(expressions);
    }

    @Override
    public boolean keeps(String family) {
      return decide(expressions, family, true);
    }
  }

  /** All families but those whose whole name one of the expressions matches. */
  record Deny(List<Pattern> expressions) implements FamilyFilter {
    public Deny {
      expressions = List.copyOf(expressions);
    }

    @Override
    public boolean keeps(String family) {
      return decide(expressions, family, false);
    }
  }

  private static boolean decide(List<Pattern> expressions, String family, boolean ifMatched) {
    try {
      for (var expression : expressions) {
        if (expression.matcher(new BoundedText(family)).matches()) {
          return ifMatched;
        }
      }
      return !ifMatched;
    } catch (BoundedText.TooManyReadsException | StackOverflowError e) {
      return false;
    }
  }

  /** Expressions separated by commas; a comma between braces or brackets belongs to one of them. */
  static List<Pattern> parseList(String text) {
    var expressions = new ArrayList<Pattern>();
    int begin = 0;
    int depth = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ',';
      if (c == '\\') {
        i++;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      } else if (c == ',' && (depth <= 0 || i == text.length())) {
        addExpression(expressions, text.substring(begin, i).strip());
        begin = i + 1;
      }
    }
    if (begin < text.length()) {
      addExpression(expressions, text.substring(begin).strip());
    }
    return expressions;
  }

  private static void addExpression(List<Pattern> expressions, String expression) {
    if (expression.isEmpty()) {
      return;
    }
    try {
      expressions.add(Pattern.compile(expression));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "expected regular expressions separated by commas, but one has an error: "
              + e.getDescription(),
          e);
    }
  }
}
