package io.katamonitor.server;

/** Called for every request, on the event loop; must not block. */
public interface RequestObserver {
  /**
   * A request is about to be served.
   *
   * @param handler the route's label; one of few
   */
  void began(String handler);

  /**
   * The same request has ended.
   *
   * @param code the status sent; {@link #CLIENT_GONE} when the client left before there was one
   */
  void ended(String handler, int code, long durationNanos);

  /** No status was sent; nginx's code for it. */
  int CLIENT_GONE = 499;

  /** For requests that no client has sent: they are not logged either. */
  RequestObserver NONE =
      new RequestObserver() {
        @Override
        public void began(String handler) {}

        @Override
        public void ended(String handler, int code, long durationNanos) {}
      };
}
