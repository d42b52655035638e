package io.katamonitor.tls;

import io.katamonitor.tls.TlsSettings.ClientAuth;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * The Prometheus exporters' web configuration file (github.com/prometheus/exporter-toolkit, {@code
 * docs/web-configuration.md}). Every key is checked. Differences: HTTP/2 is not supported ({@code
 * http2} is accepted and has no effect), nor are TLS 1.0 and 1.1, and {@code rate_limit} is
 * rejected.
 */
final class WebConfigFile {
  /**
   * The headers that the toolkit allows, with the permitted values of those that are restricted.
   */
  private static final Map<String, List<String>> FIELDS =
      Map.of(
          "Strict-Transport-Security", List.of(),
          "X-Content-Type-Options", List.of("nosniff"),
          "X-Frame-Options", List.of("deny", "sameorigin"),
          "X-XSS-Protection", List.of(),
          "Content-Security-Policy", List.of());

  /** Go's names of the curves, and the JDK's. */
  private static final Map<String, String> CURVES =
      Map.of(
          "CurveP256", "secp256r1",
          "CurveP384", "secp384r1",
          "CurveP521", "secp521r1",
          "X25519", "x25519");

  /** Limit of lines and commas: allows as many users, or a bundle of 400 certificates. */
  static final int MAX_ENTRIES = 10_000;

  private WebConfigFile() {}

  /** Reads and checks a file. Blocks. Files that it refers to are not opened yet. */
  static WebConfig read(Path path) throws SecuritySetupException {
    return config(Section.root(document(path)), path);
  }

  private static @Nullable Object document(Path path) throws SecuritySetupException {
    try {
      var settings =
          LoadSettings.builder()
              // Every scalar is text; Section interprets it.
              .setSchema(new FailsafeSchema())
              .setTagConstructors(Map.of(Tag.NULL, nothing -> ""))
              .setAllowDuplicateKeys(false)
              .setCodePointLimit(RegularFile.MAX_BYTES)
              .build();
      var text = text(RegularFile.read(path, "the file"));
      checkEntries(text);
      return new Load(settings).loadFromString(text);
    } catch (MarkedYamlEngineException e) {
      String line =
          e.getProblemMark().map(mark -> "line " + (mark.getLine() + 1) + ": ").orElse("");
      throw new SecuritySetupException(line + "this is not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new SecuritySetupException("this is not YAML: " + e.getMessage());
    } catch (StackOverflowError e) {
      throw new SecuritySetupException("its values are nested too deeply");
    }
  }

  /**
   * Limits the number of entries, which take some hundred bytes of heap each and end with one of
   * these characters.
   */
  private static void checkEntries(String text) throws SecuritySetupException {
    int entries = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c == '\n' || c == ',') && ++entries > MAX_ENTRIES) {
        throw new SecuritySetupException(
            "expected at most " + MAX_ENTRIES + " lines and commas in the file");
      }
    }
  }

  private static String text(byte[] bytes) throws SecuritySetupException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new SecuritySetupException("the file is not UTF-8");
    }
  }

  private static WebConfig config(Section root, Path configFile) throws SecuritySetupException {
    var tls = tls(root.section("tls_server_config"), configFile);
    var http = root.section("http_server_config");
    http.truth("http2", true);
    var fields = fields(http.section("headers"));
    http.end();
    var users = users(root.section("basic_auth_users"));
    root.end();
    return new WebConfig(tls, fields, new Users(users));
  }

  private static @Nullable TlsSettings tls(Section tls, Path configFile)
      throws SecuritySetupException {
    if (tls.keys().isEmpty()) {
      return null;
    }
    var certificate = pem(tls, "cert", "cert_file", configFile);
    var key = pem(tls, "key", "key_file", configFile);
    var clientCa = pem(tls, "client_ca", "client_ca_file", configFile);
    var clientAuth = clientAuth(tls);
    var sans = tls.texts("client_allowed_sans");
    String minVersion = version(tls, "min_version", TlsSettings.TLS12);
    String maxVersion = version(tls, "max_version", TlsSettings.TLS13);
    var ciphers = tls.texts("cipher_suites");
    var curves = curves(tls);
    boolean serverChooses = tls.truth("prefer_server_cipher_suites", true);
    tls.end();
    if (certificate == null) {
      throw tls.rejected("cert_file", "a certificate is missing, in cert_file or cert");
    }
    if (key == null) {
      throw tls.rejected("key_file", "a key is missing, in key_file or key");
    }
    if (clientCa != null && clientAuth == ClientAuth.NONE) {
      throw tls.rejected("client_auth_type", "is needed where there is a client_ca_file");
    }
    if (!sans.isEmpty() && !clientAuth.requires()) {
      throw tls.rejected(
          "client_allowed_sans",
          "needs client_auth_type RequireAnyClientCert or RequireAndVerifyClientCert");
    }
    if (minVersion.compareTo(maxVersion) > 0) {
      throw tls.rejected("min_version", "is higher than max_version");
    }
    return new TlsSettings(
        certificate,
        key,
        clientCa,
        clientAuth,
        sans,
        minVersion,
        maxVersion,
        ciphers,
        curves,
        serverChooses);
  }

  private static @Nullable Pem pem(Section tls, String inline, String file, Path configFile)
      throws SecuritySetupException {
    String text = tls.text(inline);
    String path = tls.text(file);
    if (!text.isEmpty() && !path.isEmpty()) {
      throw tls.rejected(inline, "excludes " + file);
    }
    if (!path.isEmpty()) {
      return new Pem.InFile(tls.pathOf(file), configFile.resolveSibling(path));
    }
    return text.isEmpty() ? null : new Pem.Inline(tls.pathOf(inline), text);
  }

  private static ClientAuth clientAuth(Section tls) throws SecuritySetupException {
    String text = tls.text("client_auth_type");
    return switch (text) {
      case "", "NoClientCert" -> ClientAuth.NONE;
      case "RequestClientCert" -> ClientAuth.REQUEST;
      case "RequireAnyClientCert", "RequireClientCert" -> ClientAuth.REQUIRE_ANY;
      case "VerifyClientCertIfGiven" -> ClientAuth.VERIFY_IF_GIVEN;
      case "RequireAndVerifyClientCert" -> ClientAuth.REQUIRE_AND_VERIFY;
      default ->
          throw tls.rejected(
              "client_auth_type",
              "NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven or"
                  + " RequireAndVerifyClientCert",
              text);
    };
  }

  private static String version(Section tls, String key, String otherwise)
      throws SecuritySetupException {
    String text = tls.text(key);
    return switch (text) {
      case "" -> otherwise;
      case "TLS12" -> TlsSettings.TLS12;
      case "TLS13" -> TlsSettings.TLS13;
      default -> throw tls.rejected(key, "TLS12 or TLS13", text);
    };
  }

  private static List<String> curves(Section tls) throws SecuritySetupException {
    var groups = new ArrayList<String>();
    for (var curve : tls.texts("curve_preferences")) {
      String group = CURVES.get(curve);
      if (group == null) {
        throw tls.rejected("curve_preferences", "CurveP256, CurveP384, CurveP521 or X25519", curve);
      }
      groups.add(group);
    }
    return groups;
  }

  private static Map<String, String> fields(Section headers) throws SecuritySetupException {
    var fields = new LinkedHashMap<String, String>();
    for (var field : headers.allTexts().entrySet()) {
      String name = field.getKey();
      var values = FIELDS.get(name);
      if (values == null) {
        throw headers.rejected(name, "this header cannot be set");
      }
      if (!values.isEmpty() && !values.contains(field.getValue())) {
        throw headers.rejected(name, String.join(" or ", values), field.getValue());
      }
      if (HttpHeaderValidationUtil.validateValidHeaderValue(field.getValue()) >= 0) {
        throw headers.rejected(name, "this is no value of a header");
      }
      if (!name.equals("X-Content-Type-Options")) { // Every response has it anyway.
        fields.put(name, field.getValue());
      }
    }
    return fields;
  }

  private static Map<String, String> users(Section section) throws SecuritySetupException {
    var users = section.allTexts();
    for (var user : users.entrySet()) {
      if (user.getKey().indexOf(':') >= 0) {
        throw section.rejected(user.getKey(), "a user's name has no colon");
      }
      if (!isBcrypt(user.getValue())) {
        throw section.rejected(user.getKey(), "expected a bcrypt hash, as htpasswd -B makes it");
      }
    }
    return users;
  }

  private static final Set<String> VERSIONS = Set.of("$2a$", "$2b$", "$2x$", "$2y$");

  /** {@code $2y$10$} and 53 of bcrypt's base 64; a cost from 4 to 31. */
  private static boolean isBcrypt(String hash) {
    if (hash.length() != 60 || !VERSIONS.contains(hash.substring(0, 4)) || hash.charAt(6) != '$') {
      return false;
    }
    for (int i = 7; i < hash.length(); i++) {
      char c = hash.charAt(i);
      boolean legal =
          (c >= '0' && c <= '9')
              || (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || c == '.'
              || c == '/';
      if (!legal) {
        return false;
      }
    }
    int tens = hash.charAt(4) - '0';
    int ones = hash.charAt(5) - '0';
    int cost = 10 * tens + ones;
    return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 && cost >= 4 && cost <= 31;
  }
}
