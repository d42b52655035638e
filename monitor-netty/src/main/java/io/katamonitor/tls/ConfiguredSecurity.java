package io.katamonitor.tls;

import io.katamonitor.config.TlsFiles;
import io.katamonitor.log.Log;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.HandshakeWork;
import io.katamonitor.server.Response;
import io.katamonitor.server.Security;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * TLS and authentication as configured by flags or by a web configuration file. The files are
 * checked for changes at each new TLS connection and, with users, at each request; if one has
 * changed, all are read again. If the new configuration is invalid, an error is logged and the old
 * one stays in use. Whether TLS is used at all is decided at the start.
 *
 * <p>Three daemon threads with bounded queues, which end when idle: one reads files, one hashes
 * passwords and one computes the costly parts of handshakes, so that none of this delays the event
 * loop or the other two.
 */
public final class ConfiguredSecurity implements Security {
  private static final Log LOG = Log.of(ConfiguredSecurity.class);

  private static final Duration HANDSHAKE = Duration.ofSeconds(5);

  /**
   * Limit for the files at the start: a hung mount must not hang it. With a fifth of a core reading
   * a certificate takes three seconds, most of them for loading classes.
   */
  private static final Duration START = Duration.ofSeconds(30);

  /** As many as connections: each has at most one queued task of its handshake. */
  private static final int MAX_HANDSHAKES = 512;

  private static final Map<String, String> CHALLENGE =
      Map.of("WWW-Authenticate", "Basic realm=\"kata-monitor\", charset=\"UTF-8\"");

  /** Reads the configuration; may block. */
  interface Source {
    WebConfig read() throws SecuritySetupException;
  }

  /** The configuration in use. */
  private record State(WebConfig config, @Nullable TlsContext tls) {}

  private final Source source;
  private final @Nullable Path configFile;
  private final ThreadPoolExecutor files = thread("security-files", 1);
  private final ThreadPoolExecutor handshakes = thread("tls-handshake", MAX_HANDSHAKES);
  private final ThreadPoolExecutor hashing = thread("bcrypt", 1);
  private final ReloadCheck reload = new ReloadCheck(files, this::reloadIfChanged);
  private final BasicAuthentication authentication;

  private volatile State state;

  /** States of the files that were last read, valid or not; confined to the file thread. */
  private FileStates seen = FileStates.of(List.of());

  /**
   * @param configFile null without a web configuration file
   * @param start time limit for reading all files now
   */
  ConfiguredSecurity(@Nullable Path configFile, Source source, PasswordCheck check, Duration start)
      throws SecuritySetupException {
    this.configFile = configFile;
    this.source = source;
    this.authentication = new BasicAuthentication(hashing, check, System::nanoTime);
    this.state = loadWithin(start);
  }

  /** TLS by the {@code tls-*} flags. Reads the files, and blocks for 30 s at most. */
  public static Security of(TlsFiles files) throws SecuritySetupException {
    var config = new WebConfig(TlsSettings.of(files), Map.of(), new Users(Map.of()));
    return new ConfiguredSecurity(null, () -> config, PasswordCheck.BCRYPT, START);
  }

  /** TLS and users by a web configuration file. Reads the files, and blocks for 30 s at most. */
  public static Security of(Path webConfigFile) throws SecuritySetupException {
    return new ConfiguredSecurity(
        webConfigFile, () -> WebConfigFile.read(webConfigFile), PasswordCheck.BCRYPT, START);
  }

  /** One that is started now: later the system may have no thread left. */
  private static ThreadPoolExecutor thread(String name, int queue) {
    var executor =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queue),
            new DefaultThreadFactory(name, true));
    executor.prestartAllCoreThreads();
    return executor;
  }

  @Override
  public boolean encrypts() {
    return state.tls() != null;
  }

  @Override
  public void newTlsHandler(Channel channel, Consumer<@Nullable ChannelHandler> ready) {
    if (state.tls() == null) {
      ready.accept(null);
      return;
    }
    reload.whenChecked(channel.eventLoop(), () -> ready.accept(tlsHandler(channel)));
  }

  private @Nullable ChannelHandler tlsHandler(Channel channel) {
    var tls = state.tls();
    if (tls == null) {
      return null;
    }
    var handler = tls.handler(new HandshakeWork(channel, handshakes, System::nanoTime));
    handler.setHandshakeTimeout(HANDSHAKE.toMillis(), TimeUnit.MILLISECONDS);
    return handler;
  }

  @Override
  public void authenticate(Exchange exchange, Runnable serve) {
    if (configFile == null) {
      serve.run();
      return;
    }
    reload.whenChecked(
        exchange.eventLoop(),
        () -> {
          var users = state.config().users();
          if (users.isEmpty()) {
            serve.run();
          } else {
            authenticate(exchange, users, serve);
          }
        });
  }

  private void authenticate(Exchange exchange, Users users, Runnable serve) {
    authentication.authenticate(
        exchange.eventLoop(),
        exchange.remoteAddress(),
        exchange.request().headers().get(HttpHeaderNames.AUTHORIZATION),
        users,
        verdict -> {
          switch (verdict) {
            case ADMITTED -> serve.run();
            case REJECTED ->
                exchange.respond(
                    new Response(
                        HttpResponseStatus.UNAUTHORIZED,
                        Response.TEXT,
                        "This needs a login.\n",
                        CHALLENGE));
            case UNAVAILABLE ->
                exchange.respond(
                    Response.sentence(
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        "The login cannot be checked now."));
          }
        });
  }

  @Override
  public Map<String, String> fields() {
    return state.config().fields();
  }

  @Override
  public void close() {
    files.shutdownNow();
    handshakes.shutdownNow();
    hashing.shutdownNow();
  }

  private void reloadIfChanged() {
    if (seen.again().equals(seen)) {
      return;
    }
    try {
      var next = load();
      if ((next.tls() == null) != (state.tls() == null)) {
        throw new SecuritySetupException("TLS cannot be switched on or off without a restart");
      }
      if (next.config().isEmpty() && !state.config().isEmpty()) {
        throw new SecuritySetupException(
            "web-config-file " + configFile + ": nothing is left in it");
      }
      state = next;
      LOG.info("TLS and authentication were reloaded");
    } catch (SecuritySetupException e) {
      LOG.error("TLS and authentication stay as they were", "error", e.getMessage());
    } catch (RuntimeException e) { // The waiting connection must still be served.
      LOG.error("TLS and authentication stay as they were", "error", e);
    }
  }

  private State loadWithin(Duration deadline) throws SecuritySetupException {
    var loading = files.submit(this::load);
    try {
      return loading.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new SecuritySetupException(
          (configFile == null ? "-tls-cert-file or -tls-key-file" : "web-config-file " + configFile)
              + ": could not be read within "
              + deadline.toMillis()
              + " ms");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SecuritySetupException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SecuritySetupException("the start was interrupted");
    }
  }

  private State load() throws SecuritySetupException {
    if (configFile == null) {
      return read();
    }
    try {
      return read();
    } catch (SecuritySetupException e) {
      throw new SecuritySetupException("web-config-file " + configFile + ": " + e.getMessage());
    }
  }

  private State read() throws SecuritySetupException {
    // The files' states are taken first: a file that changes while it is read is read again.
    seen = FileStates.of(configFile == null ? List.of() : List.of(configFile));
    var config = source.read();
    var settings = config.tls();
    if (settings == null) {
      return new State(config, null);
    }
    var named = new ArrayList<Path>();
    for (var pem : Arrays.asList(settings.certificate(), settings.key(), settings.clientCa())) {
      if (pem instanceof Pem.InFile file) {
        named.add(file.path());
      }
    }
    seen = seen.and(FileStates.of(named));
    return new State(config, TlsContext.of(settings));
  }
}
