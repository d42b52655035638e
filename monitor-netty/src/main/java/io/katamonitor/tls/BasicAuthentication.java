package io.katamonitor.tls;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Response;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Basic authentication (RFC 7617) against bcrypt hashes. Confined to the event loop but for the
 * hashing, which an executor does. What was found out is remembered, by a keyed digest, for as many
 * logins as fit; the good and the bad ones apart, so that guessing does not push out a scraper.
 *
 * <p>An unknown user costs as much as the known one with the costliest hash.
 */
final class BasicAuthentication {
  private static final int REMEMBERED = 100;
  private static final String SCHEME = "Basic ";
  private static final Map<String, String> CHALLENGE =
      Map.of("WWW-Authenticate", "Basic realm=\"kata-monitor\", charset=\"UTF-8\"");

  /** Whether a password is that of a hash; costs as much as the hash says. */
  interface PasswordCheck {
    boolean matches(byte[] password, String hash);
  }

  private final Executor hashing;
  private final PasswordCheck check;
  private final Mac digest;
  private final Map<ByteBuffer, Boolean> good = new Remembered();
  private final Map<ByteBuffer, Boolean> bad = new Remembered();

  /** Those who wait for the same hashing. */
  private final Map<ByteBuffer, List<Consumer<Boolean>>> waiting = new HashMap<>();

  private static final class Remembered extends LinkedHashMap<ByteBuffer, Boolean> {
    private static final long serialVersionUID = 1L;

    Remembered() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Boolean> eldest) {
      return size() > REMEMBERED;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Login(String user, byte[] password) {}

  /**
   * @param hashing refuses what is too much at once
   */
  BasicAuthentication(Executor hashing) {
    this(hashing, BasicAuthentication::matches);
  }

  BasicAuthentication(Executor hashing, PasswordCheck check) {
    this.hashing = hashing;
    this.check = check;
    try {
      byte[] key = new byte[32];
      new SecureRandom().nextBytes(key);
      digest = Mac.getInstance("HmacSHA256");
      digest.init(new SecretKeySpec(key, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // Every Java has it.
    }
  }

  /** Runs {@code serve} for one of the users, and answers 401 to everybody else. */
  void admit(Exchange exchange, Map<String, String> users, Runnable serve) {
    var login = login(exchange.request().headers().get(HttpHeaderNames.AUTHORIZATION));
    if (login == null) {
      refuse(exchange);
      return;
    }
    String own = users.get(login.user());
    String hash = own == null ? costliest(users) : own;
    var key = key(login, hash);
    if (own != null && good.get(key) != null) {
      serve.run();
    } else if (bad.get(key) != null) {
      refuse(exchange);
    } else {
      find(
          exchange,
          key,
          login,
          hash,
          matches -> {
            boolean admitted = matches && own != null;
            (admitted ? good : bad).put(key, true);
            if (admitted) {
              serve.run();
            } else {
              refuse(exchange);
            }
          });
    }
  }

  private void find(
      Exchange exchange, ByteBuffer key, Login login, String hash, Consumer<Boolean> found) {
    var others = waiting.get(key);
    if (others != null) {
      others.add(found);
      return;
    }
    var loop = exchange.eventLoop();
    try {
      hashing.execute(() -> {
        boolean matches = check.matches(login.password(), hash);
        loop.execute(() -> tell(key, matches));
      });
    } catch (RejectedExecutionException e) {
      exchange.respond(
          Response.sentence(
              HttpResponseStatus.SERVICE_UNAVAILABLE, "Too many logins are being checked."));
      return;
    }
    var waiters = new ArrayList<Consumer<Boolean>>();
    waiters.add(found);
    waiting.put(key, waiters);
  }

  private void tell(ByteBuffer key, boolean matches) {
    var waiters = waiting.remove(key);
    if (waiters != null) {
      waiters.forEach(waiter -> waiter.accept(matches));
    }
  }

  private static boolean matches(byte[] password, String hash) {
    try {
      return BCrypt.verifyer(
              BCrypt.Version.VERSION_2A, LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2A))
          .verify(password, hash.getBytes(StandardCharsets.US_ASCII))
          .verified;
    } catch (IllegalArgumentException noPassword) {
      return false;
    }
  }

  private static String costliest(Map<String, String> users) {
    String costliest = "";
    for (var hash : users.values()) {
      if (costliest.isEmpty() || hash.substring(4, 6).compareTo(costliest.substring(4, 6)) > 0) {
        costliest = hash;
      }
    }
    return costliest;
  }

  private ByteBuffer key(Login login, String hash) {
    digest.update(login.user().getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(hash.getBytes(StandardCharsets.US_ASCII));
    digest.update((byte) 0);
    return ByteBuffer.wrap(digest.doFinal(login.password()));
  }

  private static @Nullable Login login(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(authorization.substring(SCHEME.length()).strip());
      for (int i = 0; i < decoded.length; i++) {
        if (decoded[i] == ':') {
          return new Login(
              new String(decoded, 0, i, StandardCharsets.UTF_8),
              Arrays.copyOfRange(decoded, i + 1, decoded.length));
        }
      }
      return null;
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  private static void refuse(Exchange exchange) {
    exchange.respond(
        new Response(
            HttpResponseStatus.UNAUTHORIZED, Response.TEXT, "This needs a login.\n", CHALLENGE));
  }
}
