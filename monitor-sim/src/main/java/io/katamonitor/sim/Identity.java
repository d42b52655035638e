package io.katamonitor.sim;

import java.util.SplittableRandom;

/**
 * Identity of a sandbox and its pod, with lengths as in Kubernetes.
 *
 * @param id 64 hex digits, where it is generated
 * @param uid 36 characters
 */
public record Identity(String id, String uid, String podName, String namespace) {
  private static final String[] APPLICATIONS = {
    "checkout-gateway",
    "invoice-renderer",
    "session-store-rw",
    "search-indexer-a",
    "payments-backend",
    "image-thumbnails",
    "recommender-api1",
    "audit-log-writer"
  };
  private static final String[] NAMESPACES = {
    "default", "shop-prod", "data-platform", "tenant-0042"
  };

  /** The identity generated from a seed and a number. */
  static Identity of(long seed, int number) {
    var random = new SplittableRandom(seed * 1_000_003 + number);
    return named(hex(random, 64), random);
  }

  /** The identity with a given id, which also determines the pod. */
  static Identity withId(String id) {
    return named(id, new SplittableRandom(id.hashCode()));
  }

  /** The same with a pod of another application. */
  Identity ofApplication(String application) {
    return new Identity(id, uid, application + podName.substring(podName.length() - 15), namespace);
  }

  private static Identity named(String id, SplittableRandom random) {
    var uid =
        String.join(
            "-", hex(random, 8), hex(random, 4), hex(random, 4), hex(random, 4), hex(random, 12));
    var name = pick(random, APPLICATIONS) + "-" + hex(random, 8) + "-" + hex(random, 5);
    return new Identity(id, uid, name, pick(random, NAMESPACES));
  }

  private static String pick(SplittableRandom random, String[] words) {
    return words[random.nextInt(words.length)];
  }

  private static String hex(SplittableRandom random, int digits) {
    var text = new StringBuilder(digits);
    for (int i = 0; i < digits; i++) {
      text.append(Character.forDigit(random.nextInt(16), 16));
    }
    return text.toString();
  }
}
