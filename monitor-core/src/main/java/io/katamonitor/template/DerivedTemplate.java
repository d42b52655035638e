package io.katamonitor.template;

/**
 * Data that an encoder derives from a {@link FamilyTemplate} once, for all sandboxes and responses:
 * the protobuf messages without values. Immutable.
 */
public interface DerivedTemplate {
  /** Estimate of the bytes of heap that it takes. */
  int heapBytes();
}
