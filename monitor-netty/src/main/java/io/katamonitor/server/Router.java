package io.katamonitor.server;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.HashMap;
import java.util.Map;

/** Which endpoint serves which path. Filled before the server listens, then only read. */
public final class Router {
  private static final Route UNKNOWN =
      new Route(
          "unknown",
          exchange ->
              exchange.respond(
                  Response.sentence(
                      HttpResponseStatus.NOT_FOUND, "No such path; / lists what there is.")),
          Methods.ALL,
          false);

  /** The route under which a request that is not valid HTTP is counted; it is never served. */
  static final Route MALFORMED = new Route("malformed", Exchange::abort, Methods.ALL, false);

  private final Map<String, Route> routes = new HashMap<>();

  /**
   * Serves GET and HEAD of a path.
   *
   * @param handler the label of its requests in our own series and in the log
   */
  public Router add(String path, String handler, Endpoint endpoint) {
    routes.put(path, new Route(handler, endpoint, Methods.GET, false));
    return this;
  }

  /** Serves GET and HEAD of a path also on health places, when regular places are taken. */
  public Router addHealth(String path, String handler, Endpoint endpoint) {
    routes.put(path, new Route(handler, endpoint, Methods.GET, true));
    return this;
  }

  /** Serves GET, HEAD and POST of a path; a POST's body is the endpoint's to read, up to 1 MiB. */
  public Router addWithPost(String path, String handler, Endpoint endpoint) {
    routes.put(path, new Route(handler, endpoint, Methods.GET_AND_POST, false));
    return this;
  }

  /**
   * The route of a target; one that responds with 404 where there is none, and, as the Go daemon's
   * ServeMux did, one that redirects {@code //metrics}, {@code /x/../metrics} and {@code
   * /debug/pprof} to the path that is meant.
   */
  Route find(RequestTarget target) {
    var route = routes.get(target.path());
    if (route != null) {
      return target.isClean() ? route : redirect(target.path(), target.query());
    }
    String tree = target.path() + "/";
    return routes.containsKey(tree) ? redirect(tree, target.query()) : UNKNOWN;
  }

  private static Route redirect(String path, String query) {
    String location = query.isEmpty() ? path : path + "?" + query;
    return new Route(
        "redirect",
        exchange ->
            exchange.respond(
                new Response(
                    HttpResponseStatus.MOVED_PERMANENTLY,
                    Response.TEXT,
                    "Moved permanently.\n",
                    Map.of("Location", location))),
        Methods.GET,
        false);
  }

  /** Methods that a route accepts; GET includes HEAD. */
  enum Methods {
    GET("GET, HEAD"),
    GET_AND_POST("GET, HEAD, POST"),
    ALL("");

    private final String allowed;

    Methods(String allowed) {
      this.allowed = allowed;
    }

    boolean contain(HttpMethod method) {
      return switch (this) {
        case GET -> method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        case GET_AND_POST -> GET.contain(method) || method.equals(HttpMethod.POST);
        case ALL -> true;
      };
    }
  }

  /**
   * An endpoint with the methods that it accepts.
   *
   * @param handler a label, one of few
   * @param isHealth whether it is served on the places kept for health endpoints
   */
  record Route(String handler, Endpoint endpoint, Methods methods, boolean isHealth) {
    /** Serves the exchange, or responds with 405 to a method that is not taken. */
    void serve(Exchange exchange) {
      if (methods.contain(exchange.request().method())) {
        endpoint.serve(exchange);
        return;
      }
      exchange.respond(
          new Response(
              HttpResponseStatus.METHOD_NOT_ALLOWED,
              Response.TEXT,
              "This method is not allowed here.\n",
              Map.of("Allow", methods.allowed)));
    }

    /** Whether the body of such a request is the endpoint's; else it is discarded first. */
    boolean readsBodyOf(HttpMethod method) {
      return methods == Methods.GET_AND_POST && method.equals(HttpMethod.POST);
    }
  }
}
