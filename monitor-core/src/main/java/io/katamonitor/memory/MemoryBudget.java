package io.katamonitor.memory;

import java.util.List;

/**
 * The accounts of all memory that clients, guests and runtimes can make grow. Off the heap they are
 * limited by the flag {@code memory-budget}, on the heap to 7/16 of its size: the program itself
 * and 1,000 sandboxes take two fifths, regardless of clients. The limits of the accounts add up to
 * more than those of the pools, so that one may use what another does not need; ARCHITECTURE.md has
 * them in a table. Confined to the event loop; numbers may be read on any thread.
 */
public final class MemoryBudget {
  private static final long MIB = 1L << 20;

  private final MemoryPool offHeap;
  private final MemoryPool heap;
  private final MemoryAccount bodies;
  private final MemoryAccount rawBodies;
  private final MemoryAccount connections;
  private final MemoryAccount cri;
  private final MemoryAccount templates;
  private final MemoryAccount segments;
  private final MemoryAccount merges;
  private final MemoryAccount encoders;
  private final MemoryAccount documents;
  private final MemoryAccount history;
  private final List<MemoryAccount> all;

  /**
   * @param offHeapBytes limit of all accounts off the heap together
   * @param maxHeapBytes size of the heap, of which 7/16 are the limit of all accounts on it
   */
  public MemoryBudget(long offHeapBytes, long maxHeapBytes) {
    offHeap = new MemoryPool("memory-budget", offHeapBytes);
    heap = new MemoryPool("7/16 of the heap", maxHeapBytes / 16 * 7);
    bodies = new MemoryAccount("bodies", offHeap, offHeapBytes / 2);
    rawBodies = new MemoryAccount("raw_bodies", offHeap, offHeapBytes / 8);
    connections = new MemoryAccount("connections", offHeap, offHeapBytes / 2);
    cri = new MemoryAccount("cri", offHeap, 16 * MIB);
    templates = new MemoryAccount("templates", heap, maxHeapBytes / 8);
    segments = new MemoryAccount("segments", heap, maxHeapBytes / 32 * 6);
    merges = new MemoryAccount("merges", heap, maxHeapBytes / 8);
    encoders = new MemoryAccount("encoders", heap, maxHeapBytes / 16);
    documents = new MemoryAccount("documents", offHeap, offHeapBytes / 8);
    history = new MemoryAccount("history", heap, maxHeapBytes / 32);
    all =
        List.of(
            bodies,
            connections,
            cri,
            documents,
            encoders,
            history,
            merges,
            rawBodies,
            segments,
            templates);
  }

  /** Off the heap: values of decoded bodies, own series, and what encoders keep of histograms. */
  public MemoryAccount bodies() {
    return bodies;
  }

  /** Off the heap: bodies that are passed on as received. */
  public MemoryAccount rawBodies() {
    return rawBodies;
  }

  /** Off the heap: buffers of client connections, and responses that wait to be written. */
  public MemoryAccount connections() {
    return connections;
  }

  /** Off the heap: responses of the container runtime while they are received. */
  public MemoryAccount cri() {
    return cri;
  }

  /** On the heap: learned families and templates. */
  public MemoryAccount templates() {
    return templates;
  }

  /** On the heap: segments and positions of decoded bodies, and families of a single body. */
  public MemoryAccount segments() {
    return segments;
  }

  /** On the heap: the order of families over all bodies, per merge. */
  public MemoryAccount merges() {
    return merges;
  }

  /** On the heap: the state of encoders, per reader. */
  public MemoryAccount encoders() {
    return encoders;
  }

  /** Off the heap: the page and its JSON while a client reads them. */
  public MemoryAccount documents() {
    return documents;
  }

  /** On the heap: what the sandboxes used in the last 15 minutes. */
  public MemoryAccount history() {
    return history;
  }

  /** All accounts, by name. */
  public List<MemoryAccount> accounts() {
    return all;
  }

  /** Limit of all accounts off the heap together. */
  public long offHeapBytes() {
    return offHeap.maxBytes();
  }

  /** The accounts in one line, as {@code bodies=123 connections=456 ...}. */
  public String describe() {
    var text = new StringBuilder();
    for (int i = 0; i < all.size(); i++) {
      var account = all.get(i);
      text.append(i == 0 ? "" : " ").append(account.name()).append('=');
      text.append(account.usedBytes());
    }
    return text.toString();
  }
}
