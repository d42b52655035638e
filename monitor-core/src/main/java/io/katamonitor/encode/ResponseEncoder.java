package io.katamonitor.encode;

import io.katamonitor.merge.MergedFamilies;

/**
 * Encodes merged families for one client, block by block, so that no more is encoded than the
 * client takes. Takes at most 32 KiB of heap; large arrays belong to the shared {@link
 * EncoderBuffers}. Confined to one thread.
 */
public interface ResponseEncoder {
  /**
   * Encodes the next block and hands it out. A block ends after about 96 KiB of plain output; with
   * gzip, after 24 Ki tokens or 2 MiB of uncompressed bytes; or after a bounded amount of work that
   * makes no output. Takes about a millisecond at most.
   *
   * @return false if it was the last one
   */
  boolean encodeNextBlock();

  /** Releases memory off the heap. Must be called once, at the end or earlier. */
  void close();

  /**
   * An encoder for a format.
   *
   * @param families held by the caller until the encoder is closed
   * @param out takes the bytes, within {@link #encodeNextBlock}
   */
  static ResponseEncoder of(
      ResponseFormat format, MergedFamilies families, EncoderBuffers buffers, ByteConsumer out) {
    BlockOutput output =
        format.gzip()
            ? new GzipOutput(families.bodies(), buffers, out)
            : new PlainOutput(buffers.block, out);
    return format.protobuf()
        ? new ProtobufEncoder(families, buffers, output)
        : new TextEncoder(families, buffers, output);
  }
}
