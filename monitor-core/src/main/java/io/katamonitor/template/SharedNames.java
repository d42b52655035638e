package io.katamonitor.template;

/**
 * Recognises names that more than one sandbox sends: for the hash of a name it remembers which
 * sandbox sent it first. A fixed table of 64 KiB, in which a name has two places and is forgotten
 * when others take them. Confined to one thread.
 */
final class SharedNames {
  private static final int BITS = 13;

  /** Odd, and unknown to guests, so that they cannot choose names whose hashes collide. */
  private static final int MULTIPLIER =
      (int) ((System.nanoTime() * 0x9E3779B97F4A7C15L) >>> 32) | 1;

  private final int[] hashes = new int[1 << BITS];

  /** Numbers of sandboxes; 0 where nothing was sent. */
  private final int[] sandboxes = new int[1 << BITS];

  /** At random: with a fixed choice, two names could displace each other in every body. */
  private int random = MULTIPLIER;

  /**
   * Whether another sandbox sent the name not long ago; it is remembered.
   *
   * @param sandbox number of the one that sends it now, not 0
   */
  boolean isShared(byte[] text, int from, int to, int sandbox) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * MULTIPLIER + text[i];
    }
    hash = (hash ^ hash >>> 16) * MULTIPLIER;
    int first = hash >>> (32 - BITS);
    int second = (hash ^ hash >>> 15) & ((1 << BITS) - 1);
    for (int slot = first; ; slot = second) {
      if (hashes[slot] == hash && sandboxes[slot] != 0) {
        return sandboxes[slot] != sandbox;
      }
      if (slot == second) {
        break;
      }
    }
    int slot = freeOrEither(first, second);
    hashes[slot] = hash;
    sandboxes[slot] = sandbox;
    return false;
  }

  /** A place that is free, else one of the two at random. */
  private int freeOrEither(int first, int second) {
    if (sandboxes[first] == 0) {
      return first;
    }
    if (sandboxes[second] == 0) {
      return second;
    }
    random = random * 1103515245 + 12345;
    return random < 0 ? second : first;
  }
}
