package io.katamonitor.top;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpContentException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Requests {@code /sandboxes} as JSON, with a new connection for each request, so that a restart of
 * the monitor needs no special case. {@link #fetch} may be called from any thread; everything else
 * runs on an event loop of its own. A response is limited to {@link #MAX_BYTES} and {@link
 * #SECONDS}.
 */
final class MonitorClient implements AutoCloseable {
  /** Maximum size of a response; a sandbox takes some 1.2 KB. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final int SECONDS = 10;
  private static final int CONNECT_MILLIS = 3_000;

  /** Maximum length of an error text that is shown: about a sentence. */
  private static final int MAX_ERROR_CHARACTERS = 200;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("monitor", true), EpollIoHandler.newFactory());
  private final TopOptions options;
  private final @Nullable SslContext tls;

  /**
   * Reads the CA file.
   *
   * @throws BadOptionException if it contains no certificates
   */
  MonitorClient(TopOptions options) throws BadOptionException {
    this.options = options;
    tls = options.usesTls() ? tls(options) : null;
  }

  private static SslContext tls(TopOptions options) throws BadOptionException {
    var builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
    var caFile = options.caFile();
    if (options.insecure()) {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
    }
    if (options.insecure() || options.url().socket() != null) {
      builder.endpointIdentificationAlgorithm(null); // A unix socket has no host name.
    }
    try {
      if (caFile != null) {
        builder.trustManager(caFile.toFile());
      }
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new BadOptionException("cannot read --ca-file " + caFile + ": " + Causes.describe(e));
    }
  }

  /** Requests the table; the future fails with a {@link MonitorException}. */
  CompletableFuture<byte[]> fetch() {
    var result = new CompletableFuture<byte[]>();
    var url = options.url();
    var bootstrap =
        new Bootstrap()
            .group(group)
            .channel(
                url.socket() == null ? EpollSocketChannel.class : EpollDomainSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    pipeline(channel, result);
                  }
                });
    SocketAddress address =
        url.socket() == null
            ? InetSocketAddress.createUnresolved(url.host(), url.port())
            : new DomainSocketAddress(url.socket());
    bootstrap
        .connect(address)
        .addListener((ChannelFuture connecting) -> {
          if (!connecting.isSuccess()) {
            fail(result, Causes.describe(connecting.cause()));
          }
        });
    return result;
  }

  /** Adds the handlers in wire order. */
  private void pipeline(Channel channel, CompletableFuture<byte[]> result) {
    var pipeline = channel.pipeline();
    var url = options.url();
    if (tls != null) {
      pipeline.addLast(
          "tls",
          url.socket() == null
              ? tls.newHandler(channel.alloc(), url.host(), url.port())
              : tls.newHandler(channel.alloc()));
    }
    pipeline.addLast("http", new HttpClientCodec());
    pipeline.addLast("whole", new HttpObjectAggregator(MAX_BYTES));
    pipeline.addLast("response", new ResponseHandler(result));
    var timeout =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  fail(result, "it gave no whole response within " + SECONDS + " s");
                  channel.close();
                },
                SECONDS,
                TimeUnit.SECONDS);
    channel.closeFuture().addListener(closed -> timeout.cancel(false));
  }

  private DefaultFullHttpRequest request() {
    var request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, options.url().target());
    var headers = request.headers();
    headers.set(HttpHeaderNames.HOST, options.url().hostHeader());
    headers.set(HttpHeaderNames.ACCEPT, "application/json");
    headers.set(HttpHeaderNames.USER_AGENT, "kata-monitor-top");
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (options.user() != null) {
      byte[] login = (options.user() + ":" + options.password()).getBytes(UTF_8);
      headers.set(
          HttpHeaderNames.AUTHORIZATION, "Basic " + Base64.getEncoder().encodeToString(login));
    }
    return request;
  }

  private static void fail(CompletableFuture<byte[]> result, String sentence) {
    result.completeExceptionally(new MonitorException(sentence));
  }

  /** Ends the event loop; a request in progress fails. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  /** Completes the result; no effect the second time. */
  private final class ResponseHandler extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final CompletableFuture<byte[]> result;

    ResponseHandler(CompletableFuture<byte[]> result) {
      this.result = result;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      // After the TLS handshake, if there is one: writes wait for it.
      context.writeAndFlush(request());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
      String refusal = refusal(response);
      if (response.decoderResult().isFailure()) {
        fail(result, "its response is not HTTP");
      } else if (refusal != null) {
        fail(result, refusal);
      } else {
        byte[] body = new byte[response.content().readableBytes()];
        response.content().readBytes(body);
        result.complete(body);
      }
      context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      fail(result, "it closed the connection before its response was complete");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof TooLongHttpContentException) {
        fail(result, "its response is larger than " + Figures.bytes(MAX_BYTES));
      } else if (cause instanceof PrematureChannelClosureException) {
        channelInactive(context);
      } else if (context.pipeline().get(SslHandler.class) != null && !isConnected(context)) {
        fail(result, "TLS failed: " + Causes.describe(cause));
      } else {
        fail(result, Causes.describe(cause));
      }
      context.close();
    }

    private boolean isConnected(ChannelHandlerContext context) {
      return context.pipeline().get(SslHandler.class).handshakeFuture().isSuccess();
    }
  }

  private static @Nullable String refusal(FullHttpResponse response) {
    int code = response.status().code();
    if (code == 401) {
      return "it wants a user and a password (401): see --user and --password-file";
    }
    if (code != 200) {
      String text = response.content().toString(UTF_8).strip().lines().findFirst().orElse("");
      return "its response was "
          + response.status().code()
          + (text.isEmpty()
              ? ""
              : ": " + text.substring(0, Math.min(MAX_ERROR_CHARACTERS, text.length())));
    }
    String type = response.headers().get(HttpHeaderNames.CONTENT_TYPE, "no type");
    return type.startsWith("application/json")
        ? null
        : "its response was "
            + type
            + " where JSON was expected: is it a kata-monitor of this version?";
  }
}
