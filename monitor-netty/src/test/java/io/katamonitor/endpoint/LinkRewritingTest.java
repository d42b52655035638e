package io.katamonitor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.SandboxId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkRewritingTest {
  private static final UnpooledByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "<a href='heap?debug=1'>, <a href='heap?sandbox=ab&debug=1'>",
        "<a href=\"heap?a=1&b=2\">, <a href=\"heap?sandbox=ab&a=1&b=2\">",
        "<a href='heap'>, <a href='heap?sandbox=ab'>",
        "<a href='heap?'>, <a href='heap?sandbox=ab&'>",
        "<a href='heap#top'>, <a href='heap?sandbox=ab#top'>",
        "<a href='/debug/vars'>, <a href='/debug/vars?sandbox=ab'>",
        "<a href='../vars?x=a:b'>, <a href='../vars?sandbox=ab&x=a:b'>",
        "<A CLASS='x>y' HREF = 'heap'>, <A CLASS='x>y' HREF = 'heap?sandbox=ab'>",
        "<a\thref=heap>, <a\thref=heap?sandbox=ab>",
        "<a href=heap class=x>, <a href=heap?sandbox=ab class=x>",
        "<a href='#top'>, <a href='#top'>",
        "<a href=''>, <a href=''>",
        "<a href='https://x/y'>, <a href='https://x/y'>",
        "<a href='//x/y'>, <a href='//x/y'>",
        "<a href='mailto:x'>, <a href='mailto:x'>",
        "<a title=\"href='x'\">, <a title=\"href='x'\">",
        "<a xhref='x'>, <a xhref='x'>",
        "<a hrefx='x'>, <a hrefx='x'>",
        "text href='x' text, text href='x' text",
        "<a href='heap, <a href='heap",
      })
  void relativeLinksGetTheSandboxWhereverTheyAreSplit(String page, String expected) {
    for (int first = 0; first <= page.length(); first++) {
      for (int second = first; second <= page.length(); second++) {
        assertThat(
                rewritten(
                    page.substring(0, first),
                    page.substring(first, second),
                    page.substring(second)))
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void tooLongLinkPassesUnchanged() {
    String page = "<a href='" + "x".repeat(5_000) + "'><a href='y'>";
    assertThat(rewritten(page)).isEqualTo(page.replace("'y'", "'y?sandbox=ab'"));
  }

  private static String rewritten(String... parts) {
    var rewriting = new LinkRewriting(new SandboxId("ab"));
    var out = new StringBuilder();
    for (var part : parts) {
      append(out, rewriting.transform(ByteBufUtil.writeUtf8(ALLOCATOR, part), ALLOCATOR));
    }
    append(out, rewriting.finish(ALLOCATOR));
    return out.toString();
  }

  private static void append(StringBuilder out, ByteBuf part) {
    out.append(part.toString(StandardCharsets.UTF_8));
    part.release();
  }
}
