package io.katamonitor.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The C library libdeflate, as Debian has it: functions of its libdeflate.h. It compresses the
 * whole text at once, so it cannot be used for responses that are encoded block by block: only for
 * comparison.
 */
@SuppressWarnings("restricted") // Calls native code.
final class Libdeflate implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final MethodHandle compress;
  private final MethodHandle free;
  private final MemorySegment compressor;
  private final MemorySegment in;
  private final MemorySegment out;

  Libdeflate(int level, byte[] text) {
    var library = SymbolLookup.libraryLookup("libdeflate.so.0", arena);
    var linker = Linker.nativeLinker();
    var alloc =
        linker.downcallHandle(
            library.findOrThrow("libdeflate_alloc_compressor"),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    compress =
        linker.downcallHandle(
            library.findOrThrow("libdeflate_deflate_compress"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG));
    free =
        linker.downcallHandle(
            library.findOrThrow("libdeflate_free_compressor"),
            FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
    try {
      compressor = (MemorySegment) alloc.invokeExact(level);
    } catch (Throwable e) {
      throw new IllegalStateException("libdeflate cannot be called", e);
    }
    in = arena.allocate(text.length);
    MemorySegment.copy(text, 0, in, ValueLayout.JAVA_BYTE, 0, text.length);
    out = arena.allocate(text.length / 4);
  }

  /** Compressed size of the whole text. */
  long deflated() {
    try {
      return (long) compress.invokeExact(compressor, in, in.byteSize(), out, out.byteSize());
    } catch (Throwable e) {
      throw new IllegalStateException("libdeflate cannot be called", e);
    }
  }

  @Override
  public void close() {
    try {
      free.invokeExact(compressor);
    } catch (Throwable e) {
      throw new IllegalStateException("libdeflate cannot be called", e);
    }
    arena.close();
  }
}
