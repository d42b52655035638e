package io.katamonitor.config;

/** An address to listen on. */
record AddressType() implements FlagType<ListenAddress> {
  @Override
  public String placeholder() {
    return "ADDRESS";
  }

  @Override
  public ListenAddress parse(String text) {
    return ListenAddress.parse(text);
  }

  @Override
  public String format(ListenAddress value) {
    return value.toString();
  }
}
