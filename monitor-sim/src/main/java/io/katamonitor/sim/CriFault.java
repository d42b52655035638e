package io.katamonitor.sim;

import io.grpc.Status;
import java.time.Duration;

/** What is wrong with the simulated container runtime. */
public sealed interface CriFault {
  CriFault NONE = new None();

  record None() implements CriFault {}

  /** Takes calls and never responds. */
  record Hang() implements CriFault {}

  record Delay(Duration by) implements CriFault {}

  /** Responds to every call with this status. */
  record Fail(Status.Code code) implements CriFault {}

  /** Every pod comes without its metadata message. */
  record NoMetadata() implements CriFault {}

  /** Knows so many pods more, none of which is a sandbox here. */
  record ExtraPods(int count) implements CriFault {}
}
