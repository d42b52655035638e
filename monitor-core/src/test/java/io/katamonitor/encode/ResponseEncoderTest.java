package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.katamonitor.merge.MergedFamilies;
import io.katamonitor.template.DecodedBody;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Limits of encoders of all formats: heap per encoder, and work per block. */
class ResponseEncoderTest {
  private static final int MAX_HEAP = 32 * 1024;

  /** Bytes that a block reads from the store: a few times those of an ordinary one. */
  private static final long MAX_READ = 512 * 1024;

  private final MergedNode node = new MergedNode();
  private final List<DecodedBody> bodies = new ArrayList<>();

  static Stream<ResponseFormat> formats() {
    return Stream.of(
        new ResponseFormat(false, false, null),
        new ResponseFormat(false, true, null),
        new ResponseFormat(true, false, null),
        new ResponseFormat(true, true, null));
  }

  private DecodedBody decode(int sandbox, String text) {
    var decoder = node.decoder(sandbox);
    try {
      MergedNode.feed(decoder, text.getBytes(US_ASCII), 0, text.length());
      return decoder.finish();
    } catch (Exception e) {
      throw new AssertionError("the body is rejected", e);
    }
  }

  private static String gauges(int lines) {
    var text = new StringBuilder("# TYPE kata_g gauge\n");
    for (int i = 0; i < lines; i++) {
      text.append("kata_g{i=\"").append(i).append("\"} ").append(i).append('\n');
    }
    return text.toString();
  }

  private static String histogram(int buckets, String value) {
    var text = new StringBuilder("# TYPE kata_h histogram\n");
    for (int i = 0; i < buckets; i++) {
      text.append("kata_h_bucket{le=\"").append(i == buckets - 1 ? "+Inf" : i).append("\"} ");
      text.append(value).append('\n');
    }
    return text.append("kata_h_sum 1\nkata_h_count ").append(value).append('\n').toString();
  }

  private MergedFamilies hostileNode() {
    bodies.clear();
    for (int i = 0; i < 1000; i++) {
      var text =
          switch (i % 100) {
            case 1 -> histogram(4000, "7");
            // No message stands for it: its samples are read once more, one by one.
            case 2 -> histogram(4000, "0.5");
            case 3 -> gauges(600);
            default -> gauges(20) + histogram(10, "1234567");
          };
      bodies.add(decode(i, text));
    }
    return node.merge(bodies);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void keepsAtMost32KibibytesOfHeapBetweenBlocks(ResponseFormat format) {
    var families = hostileNode();
    var encoder = node.encoder(format, families);
    var heap = new RetainedHeap(node.encoderBuffers(), bodies);
    long most = 0;
    int blocks = 0;
    while (encoder.encodeNextBlock()) {
      most = Math.max(most, heap.of(encoder));
      blocks++;
    }
    encoder.close();
    families.release();

    assertThat(blocks).isGreaterThan(4);
    assertThat(most).isBetween(200L, (long) MAX_HEAP);
    node.assertNothingHeld();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void releasesItsMemoryWhenItIsClosedInTheMiddleOfAResponse(ResponseFormat format) {
    var families = hostileNode();
    for (int blocks = 1; blocks < 30; blocks += 4) {
      long before = node.store().bytesInUse();
      var encoder = node.encoder(format, families);
      for (int i = 0; i < blocks; i++) {
        encoder.encodeNextBlock();
      }
      encoder.close();
      assertThat(node.store().bytesInUse()).isEqualTo(before);
    }
    families.release();
    node.assertNothingHeld();
  }

  private List<Long> bytesReadByBlock(ResponseFormat format, MergedFamilies families) {
    var read = new ArrayList<Long>();
    var encoder = node.encoder(format, families);
    boolean more = true;
    while (more) {
      long before = node.store().bytesCopied();
      more = encoder.encodeNextBlock();
      read.add(node.store().bytesCopied() - before);
    }
    encoder.close();
    return read;
  }

  @ParameterizedTest
  @MethodSource("formats")
  void blockDoesBoundedWork(ResponseFormat format) {
    var families = hostileNode();

    assertThat(Collections.max(bytesReadByBlock(format, families))).isLessThan(MAX_READ);
    families.release();
  }

  /**
   * Five hundred histograms are rejected: of each, one sample of 501 belongs to the family of the
   * sums, and the others are read without output.
   */
  @ParameterizedTest
  @MethodSource("formats")
  void workWithoutOutputAlsoEndsABlock(ResponseFormat format) {
    var bodies = new ArrayList<DecodedBody>();
    var histogram = histogram(500, "1234567890");
    for (int i = 0; i < 500; i++) {
      bodies.add(decode(i, histogram));
    }
    for (int i = 500; i < 1001; i++) {
      bodies.add(decode(i, "# TYPE kata_h gauge\nkata_h 1\n"));
    }
    var families = node.merge(bodies);
    assertThat(families.conflictCount()).isEqualTo(500);
    var read = bytesReadByBlock(format, families);

    assertThat(Collections.max(read)).isLessThan(MAX_READ);
    // 250,000 samples are read for the family of the sums alone, at most 1,536 in a block.
    assertThat(read.size()).isGreaterThan(250_000 / 1536);
    families.release();
    node.assertNothingHeld();
  }

  @Test
  void emptySegmentsCountAsWork() {
    var bodies = new ArrayList<DecodedBody>();
    for (int i = 0; i < 1000; i++) {
      bodies.add(decode(i, "kata_a 1\nkata_b 1\n".repeat(50)));
    }
    var families = node.merge(bodies);
    var withoutOutput = new AtomicInteger();
    var encoder =
        ResponseEncoder.of(
            new ResponseFormat(true, false, null),
            families,
            node.encoderBuffers(),
            (bytes, from, length) -> withoutOutput.addAndGet(length == 0 ? 1 : 0));
    while (encoder.encodeNextBlock()) {}
    encoder.close();

    // 50,000 segments of a family are measured, at most 3,072 in a block.
    assertThat(withoutOutput.get()).isGreaterThan(25);
    families.release();
  }

  /**
   * If the response of a client fails within a block, the next client must not get any of its
   * bytes.
   */
  @ParameterizedTest
  @MethodSource("formats")
  void errorWithinABlockDoesNotAffectTheNextEncoder(ResponseFormat format) {
    var families = node.merge(List.of(decode(0, gauges(600)), decode(1, histogram(40, "0.5"))));
    byte[] expected = node.encode(families, false, false);
    for (var failing : formats().toList()) {
      var encoder =
          ResponseEncoder.of(
              failing,
              families,
              node.encoderBuffers(),
              (bytes, from, length) -> {
                if (length > 10) { // gzip's header comes from the constructor
                  throw new IllegalStateException("no memory");
                }
              });
      assertThatIllegalStateException()
          .isThrownBy(() -> {
            while (encoder.encodeNextBlock()) {}
          });
      encoder.close();

      byte[] next = node.encode(families, format.protobuf(), format.gzip());
      byte[] plain = format.gzip() ? MergedNode.inflated(next) : next;
      if (format.protobuf()) {
        ProtobufSeries.assertSameSeries(plain, expected);
      } else {
        assertThat(plain).isEqualTo(expected);
      }
    }
    families.release();
    node.assertNothingHeld();
  }
}
