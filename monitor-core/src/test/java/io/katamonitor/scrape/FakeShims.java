package io.katamonitor.scrape;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.katamonitor.sandbox.Sandbox;
import java.util.ArrayList;
import java.util.List;

/** Shims controlled by the test: each attempt to connect is one {@link Attempt}. */
final class FakeShims implements ShimClient {
  static final String BODY = "kata_a 1\n";

  final List<Attempt> attempts = new ArrayList<>();

  @Override
  public Connection connect(Sandbox sandbox, Receiver receiver) {
    var attempt = new Attempt(sandbox, receiver);
    attempts.add(attempt);
    return attempt;
  }

  /** Attempts to connect to one sandbox. */
  List<Attempt> of(String id) {
    return attempts.stream().filter(attempt -> attempt.sandbox.id().value().equals(id)).toList();
  }

  Attempt last(String id) {
    return of(id).getLast();
  }

  /** Connections that the monitor has not closed. */
  long open() {
    return attempts.stream().filter(attempt -> !attempt.closed).count();
  }

  static final class Attempt implements Connection {
    final Sandbox sandbox;
    final Receiver receiver;
    boolean requested;
    boolean discarding;
    boolean closed;

    Attempt(Sandbox sandbox, Receiver receiver) {
      this.sandbox = sandbox;
      this.receiver = receiver;
    }

    @Override
    public void sendRequest() {
      requested = true;
    }

    @Override
    public void discard() {
      discarding = true;
    }

    @Override
    public void close() {
      closed = true;
    }

    Attempt connect() {
      receiver.connected();
      return this;
    }

    void fail(ConnectFailure failure) {
      closed = true;
      receiver.connectFailed(failure, "by the test");
    }

    /** Sends a part of the body, in pieces as a client hands them over. */
    Attempt send(String text) {
      receiver.responseBegan();
      byte[] bytes = text.getBytes(US_ASCII);
      for (int from = 0; from < bytes.length && !discarding && !closed; from += 64 * 1024) {
        int length = Math.min(64 * 1024, bytes.length - from);
        int at = receiver.begin(length);
        System.arraycopy(bytes, from, receiver.text(), at, length);
        receiver.advance(at + length, length);
      }
      return this;
    }

    /** The response ends, unless the monitor has closed the connection. */
    void end() {
      if (!closed) {
        receiver.completed();
      }
    }

    void respond(String body) {
      connect().send(body).end();
    }

    void respond() {
      respond(BODY);
    }

    /** The shim closes the connection. */
    void hangUp() {
      if (!closed) {
        receiver.closed("by the test");
        closed = true;
      }
    }
  }
}
