package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/**
 * A metric family under the name that shims give it, and what the {@link NamingPolicy} says about
 * it. Immutable.
 */
public final class Family {
  /** Estimate of the heap that a family takes: the object, two names, its place in tables. */
  private static final int FIXED_BYTES = 400;

  /** The same for a family of a single body, which is in one table: measured 107 to 162 bytes. */
  private static final int FIXED_LOCAL_BYTES = 170;

  /**
   * The same for a name that gets a prefix, so that both names are kept: measured 202 to 245 bytes.
   */
  private static final int FIXED_PREFIXED_BYTES = 250;

  private final String shimName;
  private final String name;
  private final byte[] nameBytes;
  private final byte[] prefix;
  private final @Nullable DropReason dropReason;
  private final boolean isHidden;
  private final int ordinal;

  /**
   * @param ordinal its number among the families of a {@link TemplateSet}; negative for one that
   *     belongs to a single body
   */
  Family(String shimName, NamingPolicy policy, int ordinal) {
    var prefix = policy.prefix(shimName);
    this.shimName = shimName;
    this.name = prefix.isEmpty() ? shimName : prefix + shimName;
    this.nameBytes = name.getBytes(ISO_8859_1);
    this.prefix = prefix.getBytes(ISO_8859_1);
    this.dropReason = policy.dropReason(name);
    this.isHidden = dropReason == DropReason.DENYLIST && policy.isSource(name);
    this.ordinal = ordinal;
  }

  /** One of the monitor's own families. */
  Family(String name) {
    this.shimName = name;
    this.name = name;
    this.nameBytes = name.getBytes(ISO_8859_1);
    this.prefix = new byte[0];
    this.dropReason = null;
    this.isHidden = false;
    this.ordinal = -1;
  }

  /** Estimate of the bytes of heap that a shared family with a name of this length takes. */
  static int heapBytes(int nameLength) {
    return FIXED_BYTES + 4 * nameLength;
  }

  /** The same for a family of a single body. */
  static int localHeapBytes(String shimName, NamingPolicy policy) {
    return policy.prefix(shimName).isEmpty()
        ? FIXED_LOCAL_BYTES + 2 * shimName.length()
        : FIXED_PREFIXED_BYTES + 3 * shimName.length();
  }

  String shimName() {
    return shimName;
  }

  /** Its name in a response. */
  public String name() {
    return name;
  }

  /** The same as ASCII; not to be changed. */
  public byte[] nameBytes() {
    return nameBytes;
  }

  /** What is written before the names of its samples; not to be changed. */
  byte[] prefix() {
    return prefix;
  }

  /** Why its samples are dropped; null if the body keeps them. */
  @Nullable DropReason dropReason() {
    return isHidden ? null : dropReason;
  }

  /** Whether the operator's list drops it, but bodies keep its samples to derive guest usage. */
  public boolean isHidden() {
    return isHidden;
  }

  int ordinal() {
    return ordinal;
  }

  /** Whether it belongs to a single body and not to a {@link TemplateSet}. */
  boolean isBodyLocal() {
    return ordinal < 0;
  }
}
