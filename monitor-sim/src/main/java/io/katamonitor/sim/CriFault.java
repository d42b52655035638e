package io.katamonitor.sim;

import io.grpc.Status;
import java.time.Duration;

/** A fault of the simulated container runtime. */
public sealed interface CriFault {
  CriFault NONE = new None();

  record None() implements CriFault {}

  /** Accepts calls and never responds. */
  record Hang() implements CriFault {}

  record Delay(Duration by) implements CriFault {}

  /** Responds to every call with this status. */
  record Fail(Status.Code code) implements CriFault {}

  /** Every pod is sent without its metadata message. */
  record NoMetadata() implements CriFault {}

  /** Lists so many further pods, none of which has a sandbox on the node. */
  record ExtraPods(int count) implements CriFault {}
}
