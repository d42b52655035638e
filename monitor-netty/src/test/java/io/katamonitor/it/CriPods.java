package io.katamonitor.it;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Runs and removes pods through a container runtime's CRI, as the kubelet does. The messages are
 * those that a monitor never sends, so they are written by number: runtime.v1, api.proto.
 */
final class CriPods implements AutoCloseable {
  private final Path socket;
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

  CriPods(Path socket) {
    this.socket = socket;
  }

  /** Whether the runtime responds. */
  boolean isServed() {
    try {
      call("Version", new byte[0]);
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /**
   * Runs a pod in the host's network and returns its sandbox's id.
   *
   * @param attempt how many sandboxes the pod had before
   */
  String run(String name, int attempt, Path logs) {
    var metadata =
        message(text(1, name), text(2, "uid-" + name), text(3, "it"), number(4, attempt));
    var hostNamespaces = message(number(1, 2), number(3, 2));
    var linux = message(field(2, message(field(1, hostNamespaces))));
    var config = message(field(1, metadata), text(3, logs.toString()), field(8, linux));
    return firstText(call("RunPodSandbox", message(field(1, config))));
  }

  void stop(String id) {
    call("StopPodSandbox", message(text(1, id)));
  }

  void remove(String id) {
    stop(id);
    call("RemovePodSandbox", message(text(1, id)));
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private byte[] call(String method, byte[] request) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .eventLoopGroup(group)
            .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .overrideAuthority("localhost")
            .usePlaintext()
            .build();
    try {
      var descriptor =
          MethodDescriptor.newBuilder(Bytes.INSTANCE, Bytes.INSTANCE)
              .setType(MethodDescriptor.MethodType.UNARY)
              .setFullMethodName("runtime.v1.RuntimeService/" + method)
              .build();
      return ClientCalls.blockingUnaryCall(
          channel,
          descriptor,
          CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
          request);
    } finally {
      channel.shutdownNow();
    }
  }

  private interface Field {
    void write(CodedOutputStream out) throws IOException;
  }

  private static Field text(int number, String value) {
    return out -> out.writeString(number, value);
  }

  private static Field number(int number, int value) {
    return out -> out.writeInt32(number, value);
  }

  private static Field field(int number, byte[] message) {
    return out -> out.writeByteArray(number, message);
  }

  private static byte[] message(Field... fields) {
    try {
      var bytes = new ByteArrayOutputStream();
      var out = CodedOutputStream.newInstance(bytes);
      for (var field : fields) {
        field.write(out);
      }
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String firstText(byte[] message) {
    try {
      var in = CodedInputStream.newInstance(message);
      in.readTag();
      return in.readString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
