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
 * non-blocking connect to a unix socket ends at once, one way or the other (unix(7)). Confined to
 * its event loop.
 */
public final class EpollShimProbe implements ShimProbe {
  private final EventLoop loop;

  public EpollShimProbe(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public void probe(Sandbox sandbox, Answer answer) {
    // A connect may fail before it returns, and must not be reported from within this call.
    loop.execute(() -> connect(sandbox, answer));
  }

  private void connect(Sandbox sandbox, Answer answer) {
    EpollDomainSocketChannel channel;
    try {
      channel = new EpollDomainSocketChannel();
    } catch (ChannelException e) {
      failed(answer, e);
      return;
    }
    loop.register(channel);
    channel
        .connect(new DomainSocketAddress(sandbox.socket().toString()))
        .addListener((ChannelFuture connecting) -> connected(sandbox, channel, connecting, answer));
  }

  private static void connected(
      Sandbox sandbox, EpollDomainSocketChannel channel, ChannelFuture connecting, Answer answer) {
    if (!connecting.isSuccess()) {
      channel.close();
      failed(answer, connecting.cause());
      return;
    }
    var mismatch = PeerAddress.mismatch(channel, sandbox.socket());
    channel.close();
    if (mismatch == null) {
      answer.reached();
    } else {
      answer.failed(ConnectFailure.REFUSED, mismatch);
    }
  }

  private static void failed(Answer answer, Throwable cause) {
    answer.failed(ConnectErrors.classify(cause), ConnectErrors.reason(cause));
  }
}
