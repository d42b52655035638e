package io.katamonitor.top;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.katamonitor.config.NearMiss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code kata-monitor top}, spelled as the daemon's: one dash or two, {@code
 * -name value} or {@code -name=value}.
 *
 * @param help whether only the usage is printed
 * @param once one plain table instead of a live one
 * @param json the monitor's JSON instead of a table
 * @param caFile certificates to trust instead of the runtime's own
 * @param insecure whether any certificate is accepted
 * @param user with a password, or null
 */
record TopOptions(
    boolean help,
    MonitorUrl url,
    boolean once,
    boolean json,
    @Nullable Path caFile,
    boolean insecure,
    @Nullable String user,
    @Nullable String password) {
  static final String DEFAULT_URL = "http://127.0.0.1:8090";
  static final String PASSWORD_VARIABLE = "KATA_MONITOR_PASSWORD";

  /** Maximum size of a password file; a larger one is a mistake. */
  private static final int MAX_PASSWORD_BYTES = 1024;

  private static final List<String> NAMES =
      List.of("url", "once", "json", "ca-file", "insecure", "user", "password-file", "help", "h");

  static final String USAGE =
      """
      Usage: kata-monitor top [flags]

      Shows the sandboxes of a running kata-monitor: state, CPU and memory of each pod.
      Live in a terminal; where the output is no terminal it prints one plain table.

        --url URL             the monitor: http://HOST:PORT, https://HOST:PORT or unix:PATH
                              (default http://127.0.0.1:8090)
        --once                print one plain table and end
        --json                print the monitor's JSON and end
        --ca-file FILE        trust these certificates (PEM)
        --insecure            accept any certificate
        --user NAME           log in; the password is in a file or in KATA_MONITOR_PASSWORD
        --password-file FILE  file whose first line is the password
        --help                print this text

      """
          + Keys.HELP
          + """

          NO_COLOR in the environment turns colours off. Control characters in names and errors are
          shown as <U+001B>. Exit codes: 0, 1 when the monitor did not respond, the output was closed
          or too little memory is free, 2 for a bad flag, 3 when its heap is exhausted.
          """;

  /** Collects flags while they are parsed. */
  private static final class Builder {
    private String url = DEFAULT_URL;
    private boolean once;
    private boolean json;
    private boolean help;
    private boolean insecure;
    private @Nullable String caFile;
    private @Nullable String user;
    private @Nullable String passwordFile;

    boolean isSwitch(String name) {
      return name.equals("once") || name.equals("json") || name.equals("insecure");
    }

    void setSwitch(String name, boolean value) {
      switch (name) {
        case "once" -> once = value;
        case "json" -> json = value;
        default -> insecure = value;
      }
    }

    void set(String name, String value) {
      switch (name) {
        case "url" -> url = value;
        case "ca-file" -> caFile = value;
        case "user" -> user = value;
        default -> passwordFile = value;
      }
    }

    TopOptions build(Map<String, String> environment) throws BadOptionException {
      var parsed = MonitorUrl.parse(url);
      if (help) {
        return new TopOptions(true, parsed, once, json, null, insecure, null, null);
      }
      if (insecure && caFile != null) {
        throw new BadOptionException("--insecure and --ca-file exclude each other: expected one");
      }
      if ((insecure || caFile != null) && !parsed.isTls() && parsed.socket() == null) {
        throw new BadOptionException(
            "--insecure and --ca-file are for TLS: expected an https URL, not \"" + url + "\"");
      }
      if (user != null && user.indexOf(':') >= 0) {
        throw new BadOptionException("--user", user, ": expected a name without a colon");
      }
      return new TopOptions(
          false,
          parsed,
          once,
          json,
          caFile == null ? null : path("--ca-file", caFile),
          insecure,
          user,
          password(environment));
    }

    private @Nullable String password(Map<String, String> environment) throws BadOptionException {
      if (user == null) {
        if (passwordFile != null) {
          throw new BadOptionException("--password-file has no user: expected --user too");
        }
        return null;
      }
      if (passwordFile != null) {
        return firstLine(passwordFile);
      }
      String password = environment.getOrDefault(PASSWORD_VARIABLE, "");
      if (password.isEmpty()) {
        throw new BadOptionException(
            "--user has no password: expected --password-file or " + PASSWORD_VARIABLE);
      }
      return password;
    }
  }

  static TopOptions parse(List<String> arguments, Map<String, String> environment)
      throws BadOptionException {
    var builder = new Builder();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      String body = argument.replaceFirst("^--?", "");
      if (argument.equals(body)) {
        if (argument.equals("help")) {
          builder.help = true;
          continue;
        }
        throw new BadOptionException(
            "unexpected argument \"" + argument + "\": expected flags only, see --help");
      }
      int equals = body.indexOf('=');
      String name = equals < 0 ? body : body.substring(0, equals);
      @Nullable String value = equals < 0 ? null : body.substring(equals + 1);
      if (!NAMES.contains(name)) {
        throw new BadOptionException(
            "unknown flag \""
                + argument
                + "\": expected one of those that --help lists"
                + NearMiss.question(name, NAMES, "--"));
      }
      if (name.startsWith("h")) {
        builder.help = true;
      } else if (builder.isSwitch(name)) {
        builder.setSwitch(name, value == null || isTrue(name, value));
      } else if (value != null) {
        builder.set(name, value);
      } else if (++i < arguments.size()) {
        builder.set(name, arguments.get(i));
      } else {
        throw new BadOptionException("flag --" + name + " has no value: expected one after it");
      }
    }
    return builder.build(environment);
  }

  private static boolean isTrue(String name, String value) throws BadOptionException {
    return switch (value) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new BadOptionException("--" + name, value, ": expected true or false");
    };
  }

  private static Path path(String flag, String text) throws BadOptionException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new BadOptionException(flag, text, ": expected the path of a file");
    }
  }

  private static String firstLine(String file) throws BadOptionException {
    byte[] bytes;
    try (var input = Files.newInputStream(path("--password-file", file))) {
      bytes = input.readNBytes(MAX_PASSWORD_BYTES + 1);
    } catch (IOException e) {
      throw new BadOptionException(
          "cannot read --password-file " + file + ": " + Causes.describe(e));
    }
    var line = new String(bytes, UTF_8).lines().findFirst().orElse("");
    if (bytes.length > MAX_PASSWORD_BYTES || line.isEmpty()) {
      throw new BadOptionException(
          "no password in --password-file "
              + file
              + ": expected one in the first line, at most "
              + MAX_PASSWORD_BYTES
              + " bytes in all");
    }
    return line;
  }

  /** Whether the connection is encrypted; on a unix socket, if a flag for certificates is given. */
  boolean usesTls() {
    return url.isTls() || insecure || caFile != null;
  }
}
