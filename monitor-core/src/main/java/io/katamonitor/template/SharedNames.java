package io.katamonitor.template;

/**
 * Recognises names that more than one body sends: for the hash of a name it remembers which body
 * sent it first. A fixed table of 64 KiB, in which a name has two places and is forgotten when
 * others take them. Confined to one thread.
 */
final class SharedNames {
  private static final int BITS = 13;

  /** Odd, and unknown to guests, so that they cannot choose names whose hashes collide. */
  private static final int MULTIPLIER =
      (int) ((System.nanoTime() * 0x9E3779B97F4A7C15L) >>> 32) | 1;

  private final int[] hashes = new int[1 << BITS];

  /** Numbers of bodies, from 1; 0 where nothing was sent. */
  private final int[] bodies = new int[1 << BITS];

  /**
   * Whether another body sent the name not long ago; it is remembered.
   *
   * @param body number of the body that sends it now
   */
  boolean isShared(byte[] text, int from, int to, int body) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * MULTIPLIER + text[i];
    }
    hash = (hash ^ hash >>> 16) * MULTIPLIER;
    int first = hash >>> (32 - BITS);
    int second = (hash ^ hash >>> 15) & ((1 << BITS) - 1);
    for (int slot = first; ; slot = second) {
      if (hashes[slot] == hash && bodies[slot] != 0) {
        return bodies[slot] != body;
      }
      if (slot == second) {
        break;
      }
    }
    int older = bodies[first] < bodies[second] ? first : second;
    hashes[older] = hash;
    bodies[older] = body;
    return false;
  }
}
