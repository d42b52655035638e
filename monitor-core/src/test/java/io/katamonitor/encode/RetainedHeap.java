package io.katamonitor.encode;

import static java.util.Objects.requireNonNull;

import io.katamonitor.merge.LabelBytes;
import io.katamonitor.merge.MergedFamilies;
import io.katamonitor.merge.SandboxLabels;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.FamilyTemplate;
import io.katamonitor.template.LinePattern;
import io.katamonitor.template.SegmentLines;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of heap that an encoder keeps alone: the objects that it refers to, without those that all
 * encoders share.
 */
final class RetainedHeap {
  private static final Set<Class<?>> SHARED =
      Set.of(
          EncoderBuffers.class,
          Block.class,
          DeflateBlock.class,
          LineOffsets.class,
          SegmentLines.Buffer.class,
          MergedFamilies.class,
          DecodedBody.class,
          FamilyTemplate.class,
          LinePattern.class,
          LabelBytes.class,
          SandboxLabels.class,
          io.katamonitor.memory.PageStore.class,
          String.class,
          Class.class);

  private final Set<Object> shared = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final ArrayDeque<Object> open = new ArrayDeque<>();

  /**
   * @param bodies those that are encoded
   */
  RetainedHeap(EncoderBuffers buffers, List<DecodedBody> bodies) {
    // Arrays of shared objects, to which an encoder may refer directly.
    shared.add(new SegmentLinesArray(buffers).array());
    for (var body : bodies) {
      for (int i = 0; i < body.segments(); i++) {
        shared.add(body.template(i).output().bytes());
      }
    }
  }

  long of(ResponseEncoder encoder) {
    seen.clear();
    add(encoder);
    long bytes = 0;
    while (!open.isEmpty()) {
      bytes += sizeOf(open.remove());
    }
    return bytes;
  }

  /** The array of the shared buffer of lines. */
  private record SegmentLinesArray(EncoderBuffers buffers) {
    Object array() {
      return requireNonNull(value(SegmentLines.Buffer.class.getDeclaredFields()[0], buffers.lines));
    }
  }

  private void add(@Nullable Object object) {
    if (object != null && !isShared(object) && !shared.contains(object) && seen.add(object)) {
      open.add(object);
    }
  }

  private static boolean isShared(Object object) {
    return SHARED.contains(object.getClass())
        || object instanceof Enum
        || object instanceof ByteConsumer;
  }

  private long sizeOf(Object object) {
    var type = object.getClass();
    if (type.isArray()) {
      int length = Array.getLength(object);
      if (!type.getComponentType().isPrimitive()) {
        for (var element : (Object[]) object) {
          add(element);
        }
      }
      return aligned(16 + (long) length * bytesOf(type.getComponentType()));
    }
    if (object instanceof ByteBuffer buffer) {
      return 64 + aligned(16L + buffer.capacity());
    }
    if (object instanceof CRC32) {
      return 16;
    }
    if (!type.getName().startsWith("io.katamonitor.")) {
      throw new AssertionError("the size of " + type + " is not known");
    }
    long size = 12;
    for (Class<?> of = type; of != null; of = of.getSuperclass()) {
      for (var field : of.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          size += bytesOf(field.getType());
          if (!field.getType().isPrimitive()) {
            add(value(field, object));
          }
        }
      }
    }
    return aligned(size);
  }

  private static @Nullable Object value(Field field, Object of) {
    try {
      field.setAccessible(true);
      return field.get(of);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static int bytesOf(Class<?> type) {
    if (type == long.class || type == double.class) {
      return 8;
    }
    if (type == short.class || type == char.class) {
      return 2;
    }
    return type == byte.class || type == boolean.class ? 1 : 4;
  }

  private static long aligned(long bytes) {
    return (bytes + 7) & ~7L;
  }
}
