package io.katamonitor.config;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * IANA names of cipher suites, separated by commas: those that this Java supports, which leaves out
 * the insecure ones. Empty names are skipped and blanks trimmed, as upstream does.
 */
record CipherSuitesType() implements FlagType<List<String>> {
  @Override
  public String placeholder() {
    return "NAME,...";
  }

  @Override
  public List<String> parse(String text) {
    var suites = new ArrayList<String>();
    for (int begin = 0; begin <= text.length(); ) {
      int comma = text.indexOf(',', begin);
      int end = comma < 0 ? text.length() : comma;
      var suite = text.substring(begin, end).strip();
      if (!suite.isEmpty()) {
        suites.add(suite);
      }
      begin = end + 1;
    }
    if (!suites.isEmpty()) {
      validate(suites);
    }
    return suites;
  }

  /** Setting up TLS costs some 50 ms: it is done only where a suite is named. */
  private static void validate(List<String> suites) {
    var known = supported();
    for (var suite : suites) {
      if (!known.contains(suite)) {
        throw new IllegalArgumentException(
            "expected comma-separated IANA names of secure cipher suites, and "
                + suite
                + " is none"
                + NearMiss.question(suite, known, ""));
      }
    }
  }

  private static List<String> supported() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[0], new TrustManager[0], null);
      return List.of(context.getSupportedSSLParameters().getCipherSuites());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // Every JDK has TLS.
    }
  }

  @Override
  public String format(List<String> value) {
    return String.join(",", value);
  }
}
