package io.katamonitor;

import io.katamonitor.config.CommandLine;
import io.katamonitor.config.Configuration;
import io.katamonitor.config.Invocation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;

/** The whole daemon inside the test's process, on a port that the kernel chose. */
public final class RunningDaemon implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Daemon daemon;

  private RunningDaemon(Daemon daemon) {
    this.daemon = daemon;
  }

  /** Starts it with these flags, and {@code -listen-address=127.0.0.1:0}. */
  public static RunningDaemon start(String... flags) throws StartException {
    var all = Arrays.copyOf(flags, flags.length + 1);
    all[flags.length] = "-listen-address=127.0.0.1:0";
    return new RunningDaemon(Daemon.start(configuration(all)));
  }

  /** Parses a valid command line. */
  public static Configuration configuration(String... flags) {
    return switch (CommandLine.parse(flags)) {
      case Invocation.Run run -> run.configuration();
      case Invocation.Rejected(var sentence) -> throw new IllegalArgumentException(sentence);
      case Invocation.ShowUsage _, Invocation.ShowVersion _ -> throw new IllegalArgumentException();
    };
  }

  public Daemon daemon() {
    return daemon;
  }

  public int port() {
    return daemon.port();
  }

  /**
   * Requests a path.
   *
   * @param headers name, value, name, value ...
   */
  public HttpResponse<String> get(String pathAndQuery, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + pathAndQuery))
            .timeout(Duration.ofSeconds(30));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    daemon.stop();
  }
}
