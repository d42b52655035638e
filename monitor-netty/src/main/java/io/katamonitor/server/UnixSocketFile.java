package io.katamonitor.server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/**
 * The file of a unix listener. It is removed at the stop only if it is still the one that was made
 * at the start: another process may have replaced it meanwhile. Blocks; not for the event loop.
 */
final class UnixSocketFile {
  /** inode(7): mask of the file type in a mode. */
  private static final int FILE_TYPE = 0170000;

  private static final int SOCKET_TYPE = 0140000;

  private final Path path;
  private final Map<String, Object> identity;

  private UnixSocketFile(Path path, Map<String, Object> identity) {
    this.path = path;
    this.identity = identity;
  }

  /** The file as it is now, after the bind. */
  static UnixSocketFile of(Path path) throws IOException {
    return new UnixSocketFile(path, identity(path));
  }

  private static Map<String, Object> identity(Path path) throws IOException {
    // The time too: a file system gives the number of a removed file to the next one.
    return Files.readAttributes(path, "unix:dev,ino,ctime", LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Removes a stale socket: one on which no process listens.
   *
   * @throws IOException when somebody does, or when the file is no socket; its message is the cause
   */
  static void removeStale(Path socket) throws IOException {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    int mode = (int) Files.getAttribute(socket, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if ((mode & FILE_TYPE) != SOCKET_TYPE) {
      throw new IOException("a file of another kind is there");
    }
    try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false); // A full backlog would block.
      probe.connect(UnixDomainSocketAddress.of(socket));
    } catch (ConnectException stale) {
      Files.delete(socket);
      return;
    }
    throw new IOException("Address already in use");
  }

  /** Removes the file if it is still the listener's. */
  void remove() throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && identity(path).equals(identity)) {
      Files.delete(path);
    }
  }
}
