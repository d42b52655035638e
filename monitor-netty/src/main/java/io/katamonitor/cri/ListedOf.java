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
  public InputStream stream(List<ListedSandbox> answer) {
    throw new UnsupportedOperationException("a client writes no answers");
  }

  @Override
  public List<ListedSandbox> parse(InputStream answer) {
    try {
      return CriMessages.listed(answer, podUids);
    } catch (IOException e) {
      throw Status.INTERNAL.withDescription("not a CRI answer").withCause(e).asRuntimeException();
    }
  }
}
