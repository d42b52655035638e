package io.katamonitor.shim;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.scrape.ShimClient.ConnectFailure;
import io.katamonitor.scrape.ShimProbe;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;

/**
 * Connects to shims over epoll domain-socket channels and closes the connection at once. A
 * non-blocking connect to a unix socket succeeds or fails at once (unix(7)). Confined to its event
 * loop.
 */
public final class EpollShimProbe implements ShimProbe {
  private final EventLoop loop;

  public EpollShimProbe(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public void probe(Sandbox sandbox, Callback callback) {
    // A connect may fail within the call, and must not be reported from there.
    loop.execute(() -> connect(sandbox, callback));
  }

  private void connect(Sandbox sandbox, Callback callback) {
    EpollDomainSocketChannel channel;
    try {
      channel = new EpollDomainSocketChannel();
    } catch (ChannelException e) {
      failed(callback, e);
      return;
    }
    loop.register(channel);
    channel
        .connect(new DomainSocketAddress(sandbox.socket().toString()))
        .addListener(
            (ChannelFuture connecting) -> connected(sandbox, channel, connecting, callback));
  }

  private static void connected(
      Sandbox sandbox,
      EpollDomainSocketChannel channel,
      ChannelFuture connecting,
      Callback callback) {
    if (!connecting.isSuccess()) {
      channel.close();
      failed(callback, connecting.cause());
      return;
    }
    var mismatch = PeerAddress.mismatch(channel, sandbox.socket());
    channel.close();
    if (mismatch == null) {
      callback.reached();
    } else {
      callback.failed(ConnectFailure.REFUSED, mismatch);
    }
  }

  private static void failed(Callback callback, Throwable cause) {
    callback.failed(ConnectErrors.classify(cause), ConnectErrors.reason(cause));
  }
}
