package io.katamonitor.tls;

import io.katamonitor.server.ClientGroup;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Basic authentication (RFC 7617) against bcrypt hashes. A login that was accepted within the last
 * 10 minutes is accepted without computing the hash again, until the user's hash changes; one that
 * was rejected is likewise rejected at once. All others wait in the {@link PasswordQueue}. Logins
 * are cached as digests, keyed with a secret of this process, in limited number; accepted and
 * rejected ones are separate, so that guessing does not evict a scraper's login.
 *
 * <p>Confined to one event loop.
 */
final class BasicAuthentication {
  private static final String SCHEME = "Basic ";

  private final RememberedLogins right;
  private final RememberedLogins wrong;
  private final PasswordQueue queue;
  private final Mac digest;

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Login(String user, byte[] password) {}

  /**
   * @param hashing executor; gets one task at a time
   */
  BasicAuthentication(Executor hashing, PasswordCheck check, LongSupplier nanoTime) {
    right = new RememberedLogins(nanoTime);
    wrong = new RememberedLogins(nanoTime);
    queue =
        new PasswordQueue(
            hashing, check, (login, admitted) -> (admitted ? right : wrong).add(login));
    try {
      byte[] key = new byte[32];
      new SecureRandom().nextBytes(key);
      digest = Mac.getInstance("HmacSHA256");
      digest.init(new SecretKeySpec(key, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }

  /**
   * Decides whether a request is served.
   *
   * @param loop the event loop on which all calls are made
   * @param client null if the address is not known
   * @param authorization value of the header
   * @param verdict called once, on the loop, from within this call or before the {@link
   *     PasswordQueue#DEADLINE}
   */
  void authenticate(
      EventLoop loop,
      @Nullable SocketAddress client,
      @Nullable String authorization,
      Users users,
      Consumer<Verdict> verdict) {
    var login = login(authorization);
    if (login == null) {
      verdict.accept(Verdict.REJECTED);
      return;
    }
    boolean isUser = users.has(login.user());
    String hash = users.hashFor(login.user());
    var key = key(login, hash);
    if (isUser && right.use(key)) {
      verdict.accept(Verdict.ADMITTED);
    } else if (wrong.use(key)) {
      verdict.accept(Verdict.REJECTED);
    } else {
      var attempt = new PasswordQueue.Attempt(key, login.password(), hash, isUser);
      queue.submit(loop, ClientGroup.of(client), attempt, verdict);
    }
  }

  /** Digest of name, password and hash: a new hash of the same user gives another key. */
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
}
