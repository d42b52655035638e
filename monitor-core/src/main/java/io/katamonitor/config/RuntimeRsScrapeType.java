package io.katamonitor.config;

/** Which shims of runtime-rs are scraped. */
record RuntimeRsScrapeType() implements FlagType<RuntimeRsScrape> {
  @Override
  public String placeholder() {
    return "WHEN";
  }

  @Override
  public RuntimeRsScrape parse(String text) {
    return RuntimeRsScrape.parse(text);
  }

  @Override
  public String format(RuntimeRsScrape value) {
    return value.toString();
  }
}
