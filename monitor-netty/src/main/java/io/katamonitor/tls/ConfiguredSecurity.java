package io.katamonitor.tls;

import io.katamonitor.config.TlsFiles;
import io.katamonitor.log.Log;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Security;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * TLS and authentication as flags or a web configuration file ask for it. At each new connection,
 * and with users or header fields at each request, it is looked whether one of the files has
 * changed; then all of it is read anew. What cannot be used is logged, and the old serves on.
 * Whether there is TLS at all is decided at the start.
 */
public final class ConfiguredSecurity implements Security {
  private static final Log LOG = Log.of(ConfiguredSecurity.class);

  private static final Duration HANDSHAKE = Duration.ofSeconds(5);

  /** Logins whose hashing waits; one more is refused. */
  private static final int WAITING_LOGINS = 64;

  /** Reads the configuration. */
  private interface Source {
    WebConfig read() throws SecuritySetupException;
  }

  /** What is in force. */
  private record State(WebConfig config, @Nullable TlsContext tls) {}

  private final Source source;
  private final @Nullable Path configFile;
  private final ThreadPoolExecutor files = thread("security", Integer.MAX_VALUE);
  private final ThreadPoolExecutor hashing = thread("bcrypt", WAITING_LOGINS);
  private final BasicAuthentication authentication = new BasicAuthentication(hashing);

  private volatile State state;

  /** Confined to the files' thread: what was read last, usable or not. */
  private FileStates looked = FileStates.of(List.of());

  private ConfiguredSecurity(@Nullable Path configFile, Source source)
      throws SecuritySetupException {
    this.configFile = configFile;
    this.source = source;
    this.state = load();
  }

  /** TLS by the {@code tls-*} flags. Reads the files, and blocks. */
  public static Security of(TlsFiles files) throws SecuritySetupException {
    var config = new WebConfig(TlsSettings.of(files), Map.of(), Map.of());
    return new ConfiguredSecurity(null, () -> config);
  }

  /** What a web configuration file says. Reads the files, and blocks. */
  public static Security of(Path webConfigFile) throws SecuritySetupException {
    return new ConfiguredSecurity(webConfigFile, () -> WebConfigFile.read(webConfigFile));
  }

  private static ThreadPoolExecutor thread(String name, int queue) {
    var executor =
        new ThreadPoolExecutor(
            1,
            1,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queue),
            new DefaultThreadFactory(name, true));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  @Override
  public boolean encrypts() {
    return state.tls() != null;
  }

  @Override
  public void secure(Channel channel, Consumer<@Nullable ChannelHandler> ready) {
    if (state.tls() == null) {
      ready.accept(null);
      return;
    }
    whenCurrent(channel.eventLoop(), () -> ready.accept(tlsHandler()));
  }

  private @Nullable ChannelHandler tlsHandler() {
    var tls = state.tls();
    if (tls == null) {
      return null;
    }
    var handler = tls.handler(files);
    handler.setHandshakeTimeout(HANDSHAKE.toMillis(), TimeUnit.MILLISECONDS);
    return handler;
  }

  @Override
  public void admit(Exchange exchange, Runnable serve) {
    if (configFile == null) {
      serve.run();
      return;
    }
    whenCurrent(
        exchange.eventLoop(),
        () -> {
          var users = state.config().users();
          if (users.isEmpty()) {
            serve.run();
          } else {
            authentication.admit(exchange, users, serve);
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
    hashing.shutdownNow();
  }

  /** Runs {@code then} on the loop, when the files were looked at. */
  private void whenCurrent(EventLoop loop, Runnable then) {
    try {
      files.execute(() -> {
        reloadWhereChanged();
        loop.execute(then);
      });
    } catch (RejectedExecutionException closed) {
      LOG.debug("not served: the server has stopped");
    }
  }

  private void reloadWhereChanged() {
    if (looked.again().equals(looked)) {
      return;
    }
    try {
      var next = load();
      if ((next.tls() == null) != (state.tls() == null)) {
        throw new SecuritySetupException("TLS cannot be switched on or off without a restart");
      }
      if (isEmpty(next.config()) && !isEmpty(state.config())) {
        throw new SecuritySetupException(
            "web-config-file " + configFile + ": nothing is left in it");
      }
      state = next;
      LOG.info("TLS and authentication were read anew");
    } catch (SecuritySetupException e) {
      LOG.error("TLS and authentication stay as they were", "error", e.getMessage());
    } catch (RuntimeException e) { // Whoever waits for this must be served.
      LOG.error("TLS and authentication stay as they were", "error", e);
    }
  }

  private static boolean isEmpty(WebConfig config) {
    return config.tls() == null && config.users().isEmpty() && config.fields().isEmpty();
  }

  private State load() throws SecuritySetupException {
    // The files' states are taken first: what changes while it is read is read again.
    looked = FileStates.of(configFile == null ? List.of() : List.of(configFile));
    var config = source.read();
    var settings = config.tls();
    if (settings == null) {
      return new State(config, null);
    }
    var named = new ArrayList<Path>();
    for (var pem : Arrays.asList(settings.certificate(), settings.key(), settings.clientCa())) {
      if (pem instanceof Pem.InFile(Path path)) {
        named.add(path);
      }
    }
    looked = looked.and(FileStates.of(named));
    return new State(config, TlsContext.of(settings));
  }
}
