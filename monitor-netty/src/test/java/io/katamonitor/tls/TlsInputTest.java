package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.config.TlsFiles;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ImmediateExecutor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsInputTest {
  private static final String OF_ANOTHER_CONNECTION = "kata_x 1\n".repeat(100);

  @TempDir private Path folder;

  /** One thread uses one arena: all connections share its chunks, as in the monitor. */
  private final PooledByteBufAllocator pool = new PooledByteBufAllocator(true);

  private final ByteBuf neighbour = allocate(OF_ANOTHER_CONNECTION);

  @AfterEach
  void release() {
    neighbour.release();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void recordWithAWrongTagDoesNotChangeMemoryOfOtherConnections(String version) throws Exception {
    TestCertificates.copyTo(folder);
    var files =
        new TlsFiles(
            folder.resolve("server.crt"),
            folder.resolve("server.key"),
            TlsFiles.Version.TLS12,
            List.of());
    var server = channel(TlsContext.of(TlsSettings.of(files)).handler(ImmediateExecutor.INSTANCE));
    var engine =
        TestCertificates.trusting(folder.resolve("ca.crt")).createSSLEngine("localhost", 1);
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(new String[] {version});
    var client = channel(new SslHandler(engine));
    try {
      for (int i = 0; i < 10; i++) {
        pass(client, server);
        pass(server, client);
      }
      client.writeOutbound(
          Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", StandardCharsets.US_ASCII));
      ByteBuf record = client.readOutbound();
      int last = record.readableBytes() - 1;
      record.setByte(last, record.getByte(last) ^ 1);
      var received = pool.directBuffer().writeBytes(record);
      record.release();

      assertThatThrownBy(() -> server.writeInbound(received)).isInstanceOf(DecoderException.class);
      assertThat(server.isOpen()).isFalse();

      assertThat(neighbour.toString(StandardCharsets.US_ASCII)).isEqualTo(OF_ANOTHER_CONNECTION);
    } finally {
      for (var channel : List.of(client, server)) {
        channel.close();
        channel.releaseInbound();
        channel.releaseOutbound();
      }
    }
  }

  private EmbeddedChannel channel(SslHandler tls) {
    var channel = new EmbeddedChannel();
    channel.config().setAllocator(pool);
    channel.pipeline().addLast(tls);
    return channel;
  }

  private void pass(EmbeddedChannel from, EmbeddedChannel to) {
    for (@Nullable ByteBuf sent = from.readOutbound(); sent != null; sent = from.readOutbound()) {
      to.writeInbound(pool.directBuffer().writeBytes(sent));
      sent.release();
    }
  }

  @Test
  void bytesAreCollectedOutsideThePool() {
    var first = TlsInput.INSTANCE.cumulate(pool, Unpooled.EMPTY_BUFFER, allocate("ab"));
    var second = TlsInput.INSTANCE.cumulate(pool, first, allocate("cde"));
    assertThat(second).isSameAs(first);
    assertThat(second.toString(StandardCharsets.US_ASCII)).isEqualTo("abcde");
    second.skipBytes(5);

    var third = TlsInput.INSTANCE.cumulate(pool, second, allocate("f"));

    assertThat(second.refCnt()).isZero();
    assertThat(third.toString(StandardCharsets.US_ASCII)).isEqualTo("f");
    assertThat(third.isDirect()).isTrue();
    third.release();
  }

  private ByteBuf allocate(String text) {
    return pool.directBuffer(text.length()).writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}
