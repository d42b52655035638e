package io.katamonitor.web;

/**
 * A page of ours: no scripts, no other file, in the colours that the reader's system prefers. All
 * text goes through {@link #text}, also that of the monitor itself.
 */
final class Html {
  /**
   * Goes with every page: should an escape ever be missing, nothing of it would run or be fetched.
   */
  static final String SECURITY_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String STYLE =
      """
      :root{color-scheme:light dark;--ink:#1c2024;--soft:#60646c;--line:#dfe3e6;--paper:#fff;--band:#f6f8fa;--link:#0b68cb;--good:#18794e;--bad:#c62a2f}
      @media(prefers-color-scheme:dark){:root{--ink:#ecedee;--soft:#9ba1a6;--line:#313538;--paper:#151718;--band:#1b1e20;--link:#52a9ff;--good:#4cc38a;--bad:#ff8589}}
      *{box-sizing:border-box}
      body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,sans-serif}
      header{border-bottom:1px solid var(--line);background:var(--band)}
      header>div,main{max-width:76rem;margin:0 auto;padding:1rem 1.5rem}
      header a{margin-right:1.25rem}
      header strong{font-size:1.1rem;margin-right:2rem}
      h1{font-size:1.35rem;margin:.75rem 0 1rem}
      a{color:var(--link);text-decoration:none}
      a:hover{text-decoration:underline}
      .scroll{overflow-x:auto}
      table{border-collapse:collapse;width:100%}
      th{text-align:left;font-weight:600;color:var(--soft);font-size:.85rem}
      th,td{padding:.5rem .9rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top}
      code{font:13px/1.6 ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
      .id{max-width:22rem}
      .soft{color:var(--soft)}
      .nowrap{white-space:nowrap}
      .good{color:var(--good)}
      .bad{color:var(--bad)}
      """;

  private final StringBuilder out = new StringBuilder(4096);

  private Html() {}

  static Html page(String title) {
    var html = new Html();
    html.out
        .append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
    html.text(title + " - kata-monitor").out.append("</title>\n<style>\n").append(STYLE);
    html.out.append("</style>\n</head>\n<body>\n<header><div><strong>kata-monitor</strong>");
    html.out.append("<a href=\"/\">Endpoints</a><a href=\"/sandboxes\">Sandboxes</a>");
    html.out.append("<a href=\"/metrics\">Metrics</a></div></header>\n<main>\n<h1>");
    html.text(title).out.append("</h1>\n");
    return html;
  }

  /** Appends markup of ours as it is. */
  Html markup(String markup) {
    out.append(markup);
    return this;
  }

  /** Appends text, fit for content and for attributes in double quotes. */
  Html text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return this;
  }

  String end() {
    return out.append("</main>\n</body>\n</html>\n").toString();
  }
}
