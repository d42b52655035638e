package io.katamonitor.sim;

import com.google.protobuf.CodedOutputStream;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The pages of a Go shim below {@code /debug/}, in the format of net/http/pprof and expvar. */
final class DebugPages {
  /** Address of the only function of the simulated program. */
  static final long FUNCTION_ADDRESS = 0x4a1f80;

  private static final String FUNCTION = "main.simulatedShim";
  private static final String COMMAND =
      "/usr/bin/containerd-shim-kata-v2\0-namespace\0k8s.io\0-address\0"
          + "/run/containerd/containerd.sock\0-id\0";

  private record Profile(String name, int count, String description) {}

  private static final List<Profile> PROFILES =
      List.of(
          new Profile("allocs", 12, "Past memory allocations, sampled"),
          new Profile("block", 0, "Where goroutines waited for each other"),
          new Profile("cmdline", 0, "The program and its arguments"),
          new Profile("goroutine", 31, "The stack of every goroutine"),
          new Profile("heap", 12, "Live objects, sampled"),
          new Profile("mutex", 0, "Who held the locks that others waited for"),
          new Profile("profile", 0, "CPU profile over the requested seconds"),
          new Profile("threadcreate", 9, "Stacks that made a new thread"),
          new Profile("trace", 0, "Execution trace over the requested seconds"));

  private DebugPages() {}

  /** The page of a path below {@code /debug/}; null if Go has none. */
  static @Nullable Page page(Identity identity, FullHttpRequest request) {
    var path = new QueryStringDecoder(request.uri()).path();
    return switch (path) {
      case "/debug/vars" -> vars(identity);
      case "/debug/pprof/" -> index();
      case "/debug/pprof/cmdline" -> Page.text(COMMAND + identity.id());
      case "/debug/pprof/symbol" -> symbols(request);
      case "/debug/pprof/profile" ->
          binary("profile", profile("samples", "cpu", "nanoseconds")).with(NOSNIFF, "nosniff");
      case "/debug/pprof/trace" ->
          binary("trace", ascii("go 1.19 trace\0\0\0")).with(NOSNIFF, "nosniff");
      case "/debug/pprof/allocs", "/debug/pprof/heap" ->
          named(request, path, profile("objects", "space", "bytes"));
      case "/debug/pprof/block",
          "/debug/pprof/goroutine",
          "/debug/pprof/mutex",
          "/debug/pprof/threadcreate" ->
          named(request, path, profile("samples", "contentions", "count"));
      default -> null;
    };
  }

  private static final String NOSNIFF = "X-Content-Type-Options";

  /** How long the response takes: only a CPU profile and a trace take time. */
  static Duration gathering(String uri) {
    var query = new QueryStringDecoder(uri);
    int standard =
        switch (query.path()) {
          case "/debug/pprof/profile" -> 30;
          case "/debug/pprof/trace" -> 1;
          default -> 0;
        };
    if (standard == 0) {
      return Duration.ZERO;
    }
    var seconds = query.parameters().get("seconds");
    try {
      return seconds == null
          ? Duration.ofSeconds(standard)
          : Duration.ofMillis((long) (Double.parseDouble(seconds.getFirst()) * 1000));
    } catch (NumberFormatException e) {
      return Duration.ofSeconds(standard); // as Go's handler
    }
  }

  private static Page index() {
    var html = new StringBuilder();
    html.append("<html>\n<head>\n<title>/debug/pprof/</title>\n</head>\n<body>\n");
    html.append("/debug/pprof/<br>\n<br>\nTypes of profiles available:\n<table>\n");
    html.append("<thead><td>Count</td><td>Profile</td></thead>\n");
    for (var profile : PROFILES) {
      html.append("<tr><td>").append(profile.count).append("</td><td>");
      html.append("<a href='").append(profile.name).append("?debug=1'>").append(profile.name);
      html.append("</a></td></tr>\n");
    }
    html.append("</table>\n<a href=\"goroutine?debug=2\">full goroutine stack dump</a>\n<br>\n");
    html.append("<p>\nProfile Descriptions:\n<ul>\n");
    for (var profile : PROFILES) {
      html.append("<li><div class=profile-name>").append(profile.name).append(": </div> ");
      html.append(profile.description).append("</li>\n");
    }
    html.append("</ul>\n</p>\n</body>\n</html>");
    return Page.of("text/html; charset=utf-8", html.toString().getBytes(StandardCharsets.UTF_8))
        .with(NOSNIFF, "nosniff");
  }

  private static Page vars(Identity identity) {
    var json =
        """
        {
        "cmdline": ["/usr/bin/containerd-shim-kata-v2","-id","%s"],
        "memstats": {"Alloc":2219032,"TotalAlloc":5246344,"Sys":19772680,"NumGC":2}
        }
        """
            .formatted(identity.id());
    return Page.of("application/json; charset=utf-8", json.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * {@code pprof.Symbol}: addresses joined by plus signs are in the body of a POST or in the query.
   */
  private static Page symbols(FullHttpRequest request) {
    int query = request.uri().indexOf('?');
    var addresses =
        request.method().equals(HttpMethod.POST)
            ? request.content().toString(StandardCharsets.US_ASCII)
            : query < 0 ? "" : request.uri().substring(query + 1);
    var response = new StringBuilder("num_symbols: 1\n");
    for (var address : addresses.split("\\+", -1)) {
      if (address.startsWith("0x")) {
        response.append(address).append(' ').append(FUNCTION).append('\n');
      }
    }
    return Page.text(response.toString()).with(NOSNIFF, "nosniff");
  }

  private static Page named(FullHttpRequest request, String path, byte[] profile) {
    var name = path.substring(path.lastIndexOf('/') + 1);
    if (new QueryStringDecoder(request.uri()).parameters().containsKey("debug")) {
      return Page.text(
              name + " profile: total 1\n1 @ 0x4a1f80\n#\t0x4a1f7f\t" + FUNCTION + "+0xf\n")
          .with(NOSNIFF, "nosniff");
    }
    return binary(name, profile).with(NOSNIFF, "nosniff");
  }

  private static Page binary(String name, byte[] body) {
    return Page.of("application/octet-stream", body)
        .with("Content-Disposition", "attachment; filename=\"" + name + "\"");
  }

  /** A gzipped profile.proto (github.com/google/pprof) of one sample at one address. */
  private static byte[] profile(String first, String second, String unit) {
    var strings = List.of("", first, "count", second, unit, "/usr/bin/containerd-shim-kata-v2");
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      var out = CodedOutputStream.newInstance(gzip);
      out.writeByteArray(1, message(valueType -> pair(valueType, 1, 2)));
      out.writeByteArray(1, message(valueType -> pair(valueType, 3, 4)));
      out.writeByteArray(
          2,
          message(sample -> {
            sample.writeUInt64(1, 1);
            sample.writeInt64(2, 17);
            sample.writeInt64(2, 170_000_000);
          }));
      out.writeByteArray(
          3,
          message(mapping -> {
            mapping.writeUInt64(1, 1);
            mapping.writeUInt64(2, 0x400000);
            mapping.writeUInt64(3, 0xc00000);
            mapping.writeInt64(5, 5);
          }));
      out.writeByteArray(
          4,
          message(location -> {
            location.writeUInt64(1, 1);
            location.writeUInt64(2, 1);
            location.writeUInt64(3, FUNCTION_ADDRESS);
          }));
      for (var string : strings) {
        out.writeString(6, string);
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void pair(CodedOutputStream out, long type, long unit) throws IOException {
    out.writeInt64(1, type);
    out.writeInt64(2, unit);
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = CodedOutputStream.newInstance(bytes);
    fields.write(out);
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
