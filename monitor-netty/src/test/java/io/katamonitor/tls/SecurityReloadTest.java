package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.config.TlsFiles;
import io.katamonitor.server.Response;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of TLS and users that change, hang or are not regular files. */
@Tag("system")
class SecurityReloadTest extends SecurityTestCase {
  @Test
  void renewedCertificateIsSeenByTheNextConnection() throws Exception {
    Files.copy(folder.resolve("server.crt"), folder.resolve("live.crt"));
    Files.copy(folder.resolve("server.key"), folder.resolve("live.key"));
    int port = serve(TLS.replace("server.", "live."));
    assertThat(client("", port)).contains("subject=CN = server");
    replace("renewed.crt", "live.crt");
    // Key and certificate do not match: the old ones stay in use.
    assertThat(client("", port)).contains("subject=CN = server");
    replace("renewed.key", "live.key");
    assertThat(client("", port)).contains("subject=CN = renewed");
  }

  @Test
  void reloadDropsNoRequest() throws Exception {
    Files.copy(folder.resolve("server.crt"), folder.resolve("swap.crt"));
    Files.copy(folder.resolve("server.key"), folder.resolve("swap.key"));
    int port = serve(TLS.replace("server.", "swap."));
    var running = new Shell.Result[1];
    var client =
        Thread.ofPlatform()
            .start(() -> {
              try {
                running[0] =
                    Shell.run(
                        folder, "curl -s --cacert ca.crt https://localhost:" + port + "/held");
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    var exchange = held.poll(30, TimeUnit.SECONDS);
    replace("renewed.key", "swap.key");
    replace("renewed.crt", "swap.crt");
    assertThat(client("", port)).contains("subject=CN = renewed");
    exchange
        .eventLoop()
        .execute(() -> exchange.respond(Response.text(HttpResponseStatus.OK, "ok")));
    client.join();
    assertThat(running[0].output()).isEqualTo("ok");
  }

  @Test
  void requestsOnExistingAndNewConnectionsSucceedDuringReloads() throws Exception {
    var pairs = List.of("server", "renewed");
    Files.copy(folder.resolve("server.crt"), folder.resolve("often.crt"));
    Files.copy(folder.resolve("server.key"), folder.resolve("often.key"));
    int port = serve(TLS.replace("server.", "often.") + users("secret"));
    String counted =
        " --cacert ca.crt -u alice:secret -o /dev/null -w '%{http_code}\\n' "
            + "'https://localhost:"
            + port;
    var kept = inBackground("curl -s" + counted + "/hello?[1-1000]' | sort | uniq -c");
    var fresh =
        inBackground(
            "curl -s -H 'Connection: close'" + counted + "/hello?[1-50]' | sort | uniq -c");
    int reloads = 0;
    while (!kept.isDone() || !fresh.isDone()) {
      String pair = pairs.get(++reloads % 2);
      replace(pair + ".key", "often.key");
      replace(pair + ".crt", "often.crt");
      rewrite(TLS.replace("server.", "often.") + users("secret"));
      assertThat(client("", port)).contains("subject=CN = " + pair);
    }
    assertThat(kept.join().strip()).matches("1000 200");
    assertThat(fresh.join().strip()).matches("50 200");
    assertThat(reloads).isGreaterThan(2);
  }

  private static CompletableFuture<String> inBackground(String script) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Shell.run(folder, script).output();
          } catch (IOException | InterruptedException e) {
            throw new CompletionException(e);
          }
        },
        Thread::startVirtualThread);
  }

  @Test
  void changedUsersApplyToTheNextRequestAndABadFileIsIgnored() throws Exception {
    int port = serve(users("old"));
    String url = url("http", port);
    assertThat(curl("-u alice:old " + url)).isEqualTo("200");
    rewrite(users("new"));
    assertThat(curl("-u alice:old " + url)).isEqualTo("401");
    assertThat(curl("-u alice:new " + url)).isEqualTo("200");
    rewrite("basic_auth_users: [");
    assertThat(curl("-u alice:new " + url)).isEqualTo("200");
    rewrite("");
    assertThat(curl(url)).isEqualTo("401");
    rewrite(users("last"));
    assertThat(curl("-u alice:last " + url)).isEqualTo("200");
  }

  @ParameterizedTest
  @CsvSource({"fifo", "folder", "none"})
  void otherThanRegularFilesAreRejectedAtTheStart(String kind) throws Exception {
    Files.delete(config);
    Shell.run(folder, commandFor(kind, config.getFileName().toString()));
    assertThatThrownBy(() -> ConfiguredSecurity.of(config))
        .isInstanceOf(SecuritySetupException.class)
        .hasMessageContaining(
            "web-config-file "
                + config
                + (kind.equals("none")
                    ? ": the file does not exist"
                    : ": the file is no regular file"));
  }

  @Test
  void keyThatIsAFifoIsRejectedAtTheStart() throws Exception {
    assertThat(Shell.run(folder, "rm -f fifo.key; mkfifo fifo.key").code()).isZero();
    Files.writeString(config, TLS.replace("server.key", "fifo.key"));
    assertThatThrownBy(() -> ConfiguredSecurity.of(config))
        .isInstanceOf(SecuritySetupException.class)
        .hasMessageContaining(
            "tls_server_config.key_file " + folder.resolve("fifo.key") + " is no regular file");
    var files =
        new TlsFiles(
            folder.resolve("server.crt"),
            folder.resolve("fifo.key"),
            TlsFiles.Version.TLS12,
            List.of());
    assertThatThrownBy(() -> ConfiguredSecurity.of(files))
        .hasMessage("-tls-key-file " + folder.resolve("fifo.key") + " is no regular file");
  }

  @Test
  void hungFilesFailTheStartWithAnErrorMessage() {
    var never = new CountDownLatch(1);
    assertThatThrownBy(() ->
            new ConfiguredSecurity(
                config,
                () -> {
                  awaitUninterruptibly(never);
                  throw new SecuritySetupException("never reached");
                },
                PasswordCheck.BCRYPT,
                Duration.ofMillis(20)))
        .isInstanceOf(SecuritySetupException.class)
        .hasMessage("web-config-file " + config + ": could not be read within 20 ms");
    never.countDown();
  }

  @ParameterizedTest
  @CsvSource({"fifo", "folder", "none"})
  void configurationReplacedByAnotherFileTypeChangesNothing(String kind) throws Exception {
    int port = serve(users("old"));
    String url = url("http", port);
    assertThat(curl("-u alice:old " + url)).isEqualTo("200");
    Shell.run(
        folder, "rm " + config.getFileName() + "\n" + commandFor(kind, "" + config.getFileName()));
    assertThat(curl("-u alice:old " + url)).isEqualTo("200");
    assertThat(curl("-u alice:new " + url)).isEqualTo("401");
    Shell.run(folder, "rm -rf " + config.getFileName());
    rewrite(users("new"));
    assertThat(curl("-u alice:old " + url)).isEqualTo("401");
    assertThat(curl("-u alice:new " + url)).isEqualTo("200");
  }

  @Test
  void certificateReplacedByAFifoStaysInUse() throws Exception {
    Files.copy(folder.resolve("server.crt"), folder.resolve("piped.crt"));
    Files.copy(folder.resolve("server.key"), folder.resolve("piped.key"));
    int port = serve(TLS.replace("server.", "piped."));
    assertThat(client("", port)).contains("subject=CN = server");
    assertThat(Shell.run(folder, "rm piped.crt; mkfifo piped.crt").code()).isZero();
    assertThat(client("", port)).contains("subject=CN = server");
    replace("renewed.key", "piped.key");
    replace("renewed.crt", "piped.crt");
    assertThat(client("", port)).contains("subject=CN = renewed");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException goOn) {
        Thread.onSpinWait();
      }
    }
  }

  private static String commandFor(String kind, String name) {
    return switch (kind) {
      case "fifo" -> "mkfifo " + name;
      case "folder" -> "mkdir " + name;
      default -> "true";
    };
  }

  private void rewrite(String text) throws IOException {
    var next = folder.resolve("next.yml");
    Files.writeString(next, text);
    Files.move(next, config, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void replace(String from, String to) throws IOException {
    var next = folder.resolve(to + ".next");
    Files.copy(folder.resolve(from), next, StandardCopyOption.REPLACE_EXISTING);
    Files.move(next, folder.resolve(to), StandardCopyOption.REPLACE_EXISTING);
  }
}
