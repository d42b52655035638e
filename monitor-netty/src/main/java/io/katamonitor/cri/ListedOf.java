package io.katamonitor.cri;

import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.katamonitor.sandbox.ListedSandbox;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;

/** Reads the sandboxes of some pods from a list. */
record ListedOf(Set<String> podUids) implements Marshaller<List<ListedSandbox>> {
  @Override
  public InputStream stream(List<ListedSandbox> response) {
    throw new UnsupportedOperationException("a client writes no responses");
  }

  @Override
  public List<ListedSandbox> parse(InputStream response) {
    try {
      return CriMessages.listed(response, podUids);
    } catch (IOException e) {
      throw Status.INTERNAL.withDescription("not a CRI response").withCause(e).asRuntimeException();
    }
  }
}
