package io.katamonitor.web;

/**
 * A page in one of its forms.
 *
 * @param mediaType {@code text/plain}, {@code text/html} or {@code application/json}
 * @param securityPolicy for the header of that name; empty for none
 */
public record Page(String mediaType, String content, String securityPolicy) {
  public static final String TEXT = "text/plain";
  public static final String HTML = "text/html";
  public static final String JSON = "application/json";

  static Page text(String content) {
    return new Page(TEXT, content, "");
  }

  static Page json(String content) {
    return new Page(JSON, content, "");
  }
}
