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
  public InputStream stream(Map<SandboxId, Pod> response) {
    throw new UnsupportedOperationException("a client writes no responses");
  }

  @Override
  public Map<SandboxId, Pod> parse(InputStream response) {
    if (wanted.isEmpty()) {
      return Map.of();
    }
    try {
      return CriMessages.pods(response, wanted);
    } catch (IOException e) {
      throw Status.INTERNAL.withDescription("not a CRI response").withCause(e).asRuntimeException();
    }
  }
}
