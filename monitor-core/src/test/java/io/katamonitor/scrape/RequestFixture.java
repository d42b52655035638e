package io.katamonitor.scrape;

import io.katamonitor.template.TemplateHints;
import java.util.ArrayList;
import java.util.List;

/** One {@link MetricsRequest} to the shim of sandbox a1, on a node with one slot. */
final class RequestFixture {
  final ScrapeHarness node = new ScrapeHarness(1, "a1");
  final ScrapeContext context = node.context(1);

  /** Calls of the request's owner. */
  final List<String> events = new ArrayList<>();

  /** Waits for the result, once it has subscribed. */
  final Client client = new Client();

  final MetricsRequest request = newRequest();

  private final class Owner implements MetricsRequest.Owner {
    @Override
    public void sent(MetricsRequest one) {
      events.add("sent");
    }

    @Override
    public void responded() {
      events.add("responded");
    }

    @Override
    public void timedOut() {
      events.add("timed out");
    }

    @Override
    public void overdue(MetricsRequest one) {
      events.add("overdue");
    }

    @Override
    public void settled(MetricsRequest one, ScrapeOutcome outcome) {
      events.add(RecordingObserver.word(outcome));
    }

    @Override
    public void ended(MetricsRequest one) {
      events.add("ended " + one.state());
    }
  }

  /** A scrape that waits for the result. */
  static final class Client implements SharedResult.Subscriber {
    final List<String> outcomes = new ArrayList<>();

    @Override
    public void settled(ScrapeOutcome outcome) {
      outcomes.add(RecordingObserver.word(outcome));
    }

    @Override
    public void takenBack(ScrapeOutcome outcome) {
      settled(outcome);
    }

    @Override
    public boolean isWaiting() {
      return true;
    }
  }

  MetricsRequest newRequest() {
    return new MetricsRequest(
        context, ScrapeHarness.sandbox("a1"), new TemplateHints(), new Owner());
  }

  /** The last connection. */
  FakeShims.Attempt shim() {
    return node.shims.last("a1");
  }

  /** Gives it a slot, as the gate does when no other request is open. */
  FakeShims.Attempt send() {
    request.result().subscribe(client);
    context.slots().enqueue(request);
    return shim();
  }

  void passScrapeTimeout() {
    node.time.pass(ScrapeHarness.TIMEOUT);
  }
}
