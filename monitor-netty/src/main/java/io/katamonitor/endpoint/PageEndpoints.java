package io.katamonitor.endpoint;

import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.server.Router;
import io.katamonitor.web.DocumentMemory;
import io.katamonitor.web.DocumentService;
import io.katamonitor.web.IndexPage;
import io.katamonitor.web.SandboxesPage;

/** Adds the endpoints of the page, its JSON and the lists. */
public final class PageEndpoints {
  private PageEndpoints() {}

  /**
   * Adds the endpoints. If the account of documents is full, their slowest viewer is cut.
   *
   * @param memory of the documents
   * @param debugEndpoints whether {@code /debug/*} is served, and so listed
   */
  public static void addTo(
      Router router,
      DocumentService documents,
      DocumentMemory memory,
      SandboxRegistry registry,
      boolean debugEndpoints) {
    var open = new OpenResponses(System::nanoTime);
    memory.onPressure(open::cutSlowest);
    router.add("/", "index", new PageEndpoint(new IndexPage(debugEndpoints), documents, open));
    router.add(
        "/sandboxes",
        "sandboxes",
        new SandboxesEndpoint(new SandboxesPage(debugEndpoints), registry, documents, open));
  }
}
