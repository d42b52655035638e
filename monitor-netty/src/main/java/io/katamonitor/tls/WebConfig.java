package io.katamonitor.tls;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a web configuration file says.
 *
 * @param tls null for plain connections
 * @param fields header fields of every answer
 * @param users bcrypt hashes by name; empty when everybody is served
 */
record WebConfig(@Nullable TlsSettings tls, Map<String, String> fields, Map<String, String> users) {
  WebConfig {
    fields = Map.copyOf(fields);
    users = Map.copyOf(users);
  }
}
