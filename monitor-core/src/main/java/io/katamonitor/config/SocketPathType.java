package io.katamonitor.config;

import java.nio.file.Path;

/** The absolute path of a unix socket, with or without {@code unix:} or {@code unix://}. */
record SocketPathType() implements FlagType<Path> {
  private static final PathType PATH = new PathType();

  @Override
  public String placeholder() {
    return "PATH";
  }

  @Override
  public Path parse(String text) {
    var unix = ListenAddress.unixPath(text);
    String path = unix != null ? unix : text;
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "expected the absolute path of a socket, unix:PATH or unix://PATH");
    }
    return PATH.parse(path);
  }

  @Override
  public String format(Path value) {
    return value.toString();
  }
}
