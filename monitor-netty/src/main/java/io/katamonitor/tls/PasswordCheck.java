package io.katamonitor.tls;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;

/** Whether a password is that of a bcrypt hash. Takes as long as the hash's cost says. */
interface PasswordCheck {
  /** By the library; 72 bytes of the password count, as in Go's. */
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
