package io.katamonitor.it;

import io.katamonitor.RunningDaemon;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.util.ArrayList;
import java.util.List;

/** The daemon over a simulated node. */
final class SimulatedNodes {
  private SimulatedNodes() {}

  /** Starts the daemon on both storage roots and the runtime of a node. */
  static RunningDaemon watch(SimulatedNode node, String... flags) throws Exception {
    var all = new ArrayList<String>(List.of(flags));
    for (var layout : Layout.values()) {
      all.add("-sandboxes-path=" + node.root(layout));
    }
    all.add("-runtime-endpoint=" + node.cri().socket());
    return RunningDaemon.start(all.toArray(String[]::new));
  }
}
