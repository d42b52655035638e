package io.katamonitor.tls;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Content of a web configuration file.
 *
 * @param tls null for plain connections
 * @param fields headers of every response
 */
record WebConfig(@Nullable TlsSettings tls, Map<String, String> fields, Users users) {
  WebConfig {
    fields = Map.copyOf(fields);
  }

  boolean isEmpty() {
    return tls == null && fields.isEmpty() && users.isEmpty();
  }
}
