package io.katamonitor.it;

import io.katamonitor.sim.SimulatedNode;
import org.junit.jupiter.api.AfterEach;

/** A simulated node and the daemon that watches it, which a test starts with flags of its own. */
abstract class WatchedNodeTestCase {
  final SimulatedNode node = SimulatedNode.start();
  Scrapes scrapes;

  void watch(String... flags) throws Exception {
    scrapes = new Scrapes(node, flags);
  }

  @AfterEach
  void stop() {
    scrapes.close();
    node.close();
  }
}
