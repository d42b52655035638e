package io.katamonitor.http;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;

/**
 * The header fields of a request or response, or the trailers of its body: at most {@value
 * #MAX_FIELDS}.
 *
 * <p>Netty's decoder limits the bytes of a head but not the number of its fields, and 8 KiB hold
 * 2,000 fields of some 130 bytes of heap each. The decoder adds a field as soon as its line is
 * complete, so the exception stops a head of which half was sent.
 */
public final class LimitedHeaders extends DefaultHttpHeaders {
  public static final int MAX_FIELDS = 100;

  /** Makes the headers for Netty's decoder. */
  public static final HttpHeadersFactory FACTORY =
      new HttpHeadersFactory() {
        @Override
        public HttpHeaders newHeaders() {
          return new LimitedHeaders();
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
          return new LimitedHeaders();
        }
      };

  private int fields;

  /** There are more fields than are accepted. */
  public static final class TooManyFieldsException extends TooLongFrameException {
    private static final long serialVersionUID = 1L;

    TooManyFieldsException() {
      super("more than " + MAX_FIELDS + " header fields");
    }
  }

  @Override
  public HttpHeaders add(CharSequence name, Object value) {
    count();
    return super.add(name, value);
  }

  @Override
  public HttpHeaders add(String name, Object value) {
    count();
    return super.add(name, value);
  }

  private void count() {
    fields++;
    if (fields > MAX_FIELDS) {
      throw new TooManyFieldsException();
    }
  }
}
