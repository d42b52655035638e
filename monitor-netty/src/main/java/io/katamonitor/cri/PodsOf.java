package io.katamonitor.cri;

import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.SandboxId;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;

/** Reads the pods of some sandboxes from a response; with no sandboxes, nothing. */
record PodsOf(Set<SandboxId> wanted) implements Marshaller<Map<SandboxId, Pod>> {
  @Override
  public InputStream stream(Map<SandboxId, Pod> answer) {
    throw new UnsupportedOperationException("a client writes no answers");
  }

  @Override
  public Map<SandboxId, Pod> parse(InputStream answer) {
    if (wanted.isEmpty()) {
      return Map.of();
    }
    try {
      return CriMessages.pods(answer, wanted);
    } catch (IOException e) {
      throw Status.INTERNAL.withDescription("not a CRI answer").withCause(e).asRuntimeException();
    }
  }
}
