package io.katamonitor.template;

import org.jspecify.annotations.Nullable;

/**
 * How families and labels of shims are named in a response, and which families are dropped. The
 * decoder calls it once per family name and once per series that it learns. Implementations are
 * immutable.
 */
public interface NamingPolicy {
  /**
   * What stands before the name of a family, and of its samples, in a response; often empty.
   *
   * @param shimName the name that the shim gives it
   */
  String prefix(String shimName);

  /** Why the family with this name in the response is dropped; null if it is kept. */
  @Nullable DropReason dropReason(String name);

  /**
   * Whether samples of the family with this name are kept in bodies, though not in responses, where
   * it is dropped by the operator's list: something is derived from them.
   */
  boolean isSource(String name);

  /** Whether the label name {@code [from, to)} is one of those that the monitor adds. */
  boolean isAddedLabel(byte[] text, int from, int to);
}
