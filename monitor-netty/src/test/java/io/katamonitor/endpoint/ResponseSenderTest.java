package io.katamonitor.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.encode.EncoderBuffers;
import io.katamonitor.encode.ResponseFormat;
import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.PageStore;
import io.katamonitor.merge.KataNames;
import io.katamonitor.merge.LabeledBody;
import io.katamonitor.merge.MergedFamilies;
import io.katamonitor.merge.SandboxLabels;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Request;
import io.katamonitor.template.BodyDecoder;
import io.katamonitor.template.DecoderBuffers;
import io.katamonitor.template.TemplateCache;
import io.katamonitor.template.TemplateHints;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Its turns, on a manual clock; other tests check what it sends. */
class ResponseSenderTest {
  private static final int LINES = 4_000;

  private final PageStore store = new PageStore(new DirectSlabs(), 64 << 20);
  private final MemoryAccount merges = new MemoryAccount("merges", 4 << 20);
  private final TemplateCache templates =
      new TemplateCache(
          new KataNames(false, name -> true),
          new MemoryAccount("templates", 8 << 20),
          new MemoryAccount("bodies", 8 << 20));

  /** Tasks that wait for the next poll of the event loop. */
  private final ArrayDeque<Runnable> scheduled = new ArrayDeque<>();

  private long now;
  private int blocks;

  /** Number of writes until the exchange is not writable. */
  private int maxBlocks = Integer.MAX_VALUE;

  private long bytes;
  private boolean isEnded;
  private boolean isDone;
  private Runnable writable = () -> {};

  /** 2 MiB of text. */
  private MergedFamilies families() throws Exception {
    var text = new StringBuilder("# TYPE kata_g gauge\n");
    for (int i = 0; i < LINES; i++) {
      text.append("kata_g{i=\"").append(i).append("x".repeat(500)).append("\"} 1\n");
    }
    byte[] body = text.toString().getBytes(US_ASCII);
    var decoder =
        new BodyDecoder(templates, store, new DecoderBuffers(), new TemplateHints(), LINES);
    for (int from = 0; from < body.length; from += 1024) {
      int length = Math.min(1024, body.length - from);
      int at = decoder.begin(length);
      System.arraycopy(body, from, decoder.text(), at, length);
      decoder.advance(at + length);
    }
    var decoded = decoder.finish();
    var sandbox =
        new Sandbox(new SandboxId("a1"), ShimRuntime.GO, Path.of("/a1"), null, Pod.UNKNOWN);
    var families =
        new MergedFamilies(
            List.of(new LabeledBody(SandboxLabels.of(sandbox), decoded)), name -> true, merges);
    decoded.release();
    return families;
  }

  private EventLoop eventLoop() {
    return (EventLoop)
        Proxy.newProxyInstance(
            EventLoop.class.getClassLoader(),
            new Class<?>[] {EventLoop.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("schedule");
              scheduled.add((Runnable) arguments[0]);
              return null;
            });
  }

  /** An exchange whose client reads everything at once; a block takes a millisecond. */
  private Exchange exchange() {
    var loop = eventLoop();
    var request = new Request(HttpMethod.GET, "/metrics", Map.of(), new DefaultHttpHeaders());
    return (Exchange)
        Proxy.newProxyInstance(
            Exchange.class.getClassLoader(),
            new Class<?>[] {Exchange.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "write" -> {
                  var block = (ByteBuf) arguments[0];
                  bytes += block.readableBytes();
                  block.release();
                  blocks++;
                  now += TimeUnit.MILLISECONDS.toNanos(1);
                }
                case "onWritable" ->
                    writable = arguments[0] == null ? () -> {} : (Runnable) arguments[0];
                case "end" -> isEnded = true;
                case "isWritable" -> {
                  return blocks < maxBlocks;
                }
                case "eventLoop" -> {
                  return loop;
                }
                case "allocator" -> {
                  return UnpooledByteBufAllocator.DEFAULT;
                }
                case "request" -> {
                  return request;
                }
                default -> {}
              }
              return null;
            });
  }

  @Test
  void turnEndsAfterTwoMillisecondsHoweverOftenNettyFlushes() throws Exception {
    maxBlocks = 1;
    var sender = new ResponseSender(exchange(), families(), () -> now, done -> isDone = true);
    sender.start(
        new ResponseFormat(false, false, null),
        new DefaultHttpHeaders(),
        new EncoderBuffers(templates, store));
    int polls = 0;
    for (; !isEnded; polls++) {
      for (int flush = 0; flush < 64 && !isEnded; flush++) {
        maxBlocks = blocks + 1;
        writable.run();
      }
      if (isEnded) {
        break;
      }
      assertThat(blocks).as("written before a poll").isEqualTo(2 * (polls + 1));
      assertThat(scheduled).hasSize(1);
      scheduled.remove().run();
    }

    assertThat(polls).isGreaterThan(5);
    assertThat(bytes).isGreaterThan(LINES * 500L);
    assertThat(isDone).isTrue();
    assertThat(store.bytesInUse()).isZero();
    assertThat(merges.usedBytes()).isZero();
  }

  @Test
  void continuesWithinItsTurnWhenTheExchangeIsWritableAgain() throws Exception {
    maxBlocks = 1;
    var sender = new ResponseSender(exchange(), families(), () -> now, done -> isDone = true);
    sender.start(
        new ResponseFormat(false, false, null),
        new DefaultHttpHeaders(),
        new EncoderBuffers(templates, store));
    assertThat(blocks).isEqualTo(1);
    assertThat(scheduled).isEmpty();
    maxBlocks = Integer.MAX_VALUE;
    writable.run();

    assertThat(blocks).isEqualTo(2);
    assertThat(scheduled).hasSize(1);
    sender.cut();
    assertThat(isDone).isTrue();
    assertThat(store.bytesInUse()).isZero();
  }
}
