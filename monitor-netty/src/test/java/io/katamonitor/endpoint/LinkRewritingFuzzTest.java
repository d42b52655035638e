package io.katamonitor.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.katamonitor.sandbox.SandboxId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** An input is a shim's page. Without {@code bin/fuzz} some pages are run. */
class LinkRewritingFuzzTest {
  /** Without leak detection, which takes nearly all of a run: LinkRewritingTest has it. */
  private static final UnpooledByteBufAllocator ALLOCATOR =
      new UnpooledByteBufAllocator(true, true);

  static Stream<byte[]> pages() {
    return Stream.of(
            "<html><body><a href='heap?debug=1&x=y'>heap</a><a href=\"block\">block</a></body></html>",
            "<a class=x href=heap#top title=\"a > b\">",
            "<a href = '//x/y'><a href='mailto:x'><a href='#top'><a href=''>",
            "<a href='" + "x".repeat(3000) + "'><a href=y>",
            "href='x' <a xhref='y' href>< a href='z",
            "<a href=a?b#c?d:e/f>\u00ff")
        .map(page -> page.getBytes(ISO_8859_1));
  }

  /** The result is the same for any pieces, and only the parameter is inserted. */
  @MethodSource("pages")
  @FuzzTest
  void links(byte[] page) {
    var text = new String(page, ISO_8859_1);
    if (text.contains("sandbox=")) {
      return;
    }
    var whole = rewritten(page, page.length);
    assertThat(whole.replace("sandbox=ab&", "").replace("?sandbox=ab", "")).isEqualTo(text);
    for (int piece : new int[] {1, 2, 7, 64}) {
      assertThat(rewritten(page, piece)).isEqualTo(whole);
    }
  }

  private static String rewritten(byte[] page, int piece) {
    var rewriting = new LinkRewriting(new SandboxId("ab"));
    var text = new StringBuilder();
    for (int from = 0; from < page.length; from += piece) {
      byte[] part = Arrays.copyOfRange(page, from, Math.min(page.length, from + piece));
      text.append(taken(rewriting.transform(Unpooled.wrappedBuffer(part), ALLOCATOR)));
    }
    return text.append(taken(rewriting.finish(ALLOCATOR))).toString();
  }

  private static String taken(ByteBuf bytes) {
    var text = bytes.toString(ISO_8859_1);
    bytes.release();
    return text;
  }
}
