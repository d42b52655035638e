package io.katamonitor.tls;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;

/** Verifies a password against a bcrypt hash. Takes time according to the cost in the hash. */
interface PasswordCheck {
  /** Implemented by the library; only the first 72 bytes of the password count, as in Go. */
  PasswordCheck BCRYPT =
      (password, hash) -> {
        try {
          return BCrypt.verifyer(
                  BCrypt.Version.VERSION_2A,
                  LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2A))
              .verify(password, hash.getBytes(StandardCharsets.US_ASCII))
              .verified;
        } catch (IllegalArgumentException noPassword) {
          return false;
        }
      };

  boolean matches(byte[] password, String hash);
}
