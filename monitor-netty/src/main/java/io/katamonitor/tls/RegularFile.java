package io.katamonitor.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;

/** Reads certificates, keys and configurations: regular files of at most 1 MiB, nothing else. */
final class RegularFile {
  /** A larger file is a mistake. */
  static final int MAX_BYTES = 1 << 20;

  private RegularFile() {}

  /**
   * Reads a file. Blocks, on a network file system without limit: call it on a thread for which
   * others wait only with a deadline. Anything but a regular file is not opened: opening a FIFO
   * blocks until there is a writer.
   *
   * @param name of the file in error messages
   */
  static byte[] read(Path path, String name) throws SecuritySetupException {
    try {
      if (!Files.readAttributes(path, BasicFileAttributes.class).isRegularFile()) {
        throw new SecuritySetupException(name + " is no regular file");
      }
      try (var channel = Files.newByteChannel(path)) {
        return read(channel, name);
      }
    } catch (NoSuchFileException e) {
      throw new SecuritySetupException(name + " does not exist");
    } catch (IOException e) {
      throw new SecuritySetupException(name + " cannot be read: " + reason(e));
    }
  }

  /** Does not rely on an earlier look-up of the size: a file can grow while it is read. */
  private static byte[] read(SeekableByteChannel channel, String name)
      throws IOException, SecuritySetupException {
    var buffer = ByteBuffer.allocate((int) Math.min(channel.size(), MAX_BYTES) + 1);
    while (channel.read(buffer) >= 0) {
      if (buffer.position() > MAX_BYTES) {
        throw new SecuritySetupException(name + " is larger than 1 MiB");
      }
      if (!buffer.hasRemaining()) {
        int capacity = Math.min(2 * buffer.capacity(), MAX_BYTES + 1);
        buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
      }
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  /** The kernel's description: the messages of the JDK's exceptions repeat the path. */
  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "Permission denied";
    }
    if (e instanceof FileSystemException file && file.getReason() != null) {
      return file.getReason();
    }
    return String.valueOf(e.getMessage());
  }
}
