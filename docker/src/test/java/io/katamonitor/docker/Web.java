package io.katamonitor.docker;

import io.katamonitor.sim.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** One daemon's HTTP responses. */
record Web(int port) {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Uses a port that is not in use yet. */
  static Web free() throws IOException {
    return new Web(FreePort.find());
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return get(path, "*/*");
  }

  HttpResponse<String> get(String path, String accept) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + address() + path))
            .header("Accept", accept)
            .timeout(Duration.ofSeconds(60))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  boolean ready() throws InterruptedException {
    try {
      return get("/readyz").statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }
}
