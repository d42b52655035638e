package io.katamonitor.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * Collects what a TLS handler decrypts, in memory that no other connection uses.
 *
 * <p>The JDK decrypts a record in the buffer that it came in. Where the record's tag is wrong, JDK
 * 25 then clears that buffer from its start to the end of the record ({@code GaloisCounterMode},
 * {@code GCMDecrypt.doFinal} of direct buffers). A pooled buffer starts where its chunk starts, so
 * that a client without a login could clear what other connections have received or are about to
 * send.
 *
 * <p>Stateless. Takes both buffers; the caller releases the one that it returns.
 */
final class TlsInput implements ByteToMessageDecoder.Cumulator {
  static final TlsInput INSTANCE = new TlsInput();

  private TlsInput() {}

  @Override
  public ByteBuf cumulate(ByteBufAllocator pooled, ByteBuf collected, ByteBuf received) {
    try {
      if (collected.isReadable()) {
        return collected.writeBytes(received);
      }
      int length = received.readableBytes();
      var own = UnpooledByteBufAllocator.DEFAULT.directBuffer(length).writeBytes(received);
      collected.release();
      return own;
    } finally {
      received.release();
    }
  }
}
