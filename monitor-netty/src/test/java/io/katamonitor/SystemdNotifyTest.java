package io.katamonitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SystemdNotifyTest {
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final BlockingQueue<String> states = new LinkedBlockingQueue<>();

  @TempDir private Path folder;

  @AfterEach
  void end() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void serviceManagerIsNotifiedOfReadinessAndStop() throws Exception {
    String socket = folder.resolve("notify").toString();
    listen(socket);

    var notify = new SystemdNotify(group.next(), socket);
    notify.ready();
    assertThat(states.poll(30, TimeUnit.SECONDS)).isEqualTo("READY=1");
    notify.stopping();
    assertThat(states.poll(30, TimeUnit.SECONDS)).isEqualTo("STOPPING=1");
  }

  @Test
  void abstractSocketsAreSupported() throws Exception {
    String name = "kata-monitor-" + ProcessHandle.current().pid();
    listen('\0' + name);

    new SystemdNotify(group.next(), '@' + name).ready();

    assertThat(states.poll(30, TimeUnit.SECONDS)).isEqualTo("READY=1");
  }

  @Test
  void withoutAServiceManagerNothingHappens() {
    new SystemdNotify(group.next(), null).ready();
    new SystemdNotify(group.next(), folder.resolve("gone").toString()).ready();

    assertThat(group.isShuttingDown()).isFalse();
  }

  private Channel listen(String socket) {
    return new Bootstrap()
        .group(group)
        .channel(EpollDomainDatagramChannel.class)
        .handler(
            new SimpleChannelInboundHandler<DomainDatagramPacket>() {
              @Override
              protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket in) {
                states.add(in.content().toString(StandardCharsets.UTF_8));
              }
            })
        .bind(new DomainSocketAddress(socket))
        .syncUninterruptibly()
        .channel();
  }
}
