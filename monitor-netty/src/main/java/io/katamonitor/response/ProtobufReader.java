package io.katamonitor.response;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedOutputStream;
import io.katamonitor.aggregate.ByteConsumer;
import io.katamonitor.aggregate.Exposition;
import io.katamonitor.aggregate.ExpositionReader;
import io.katamonitor.aggregate.FamilyReader;
import io.katamonitor.exposition.FamilyType;
import io.katamonitor.proto.prometheus.Metric;
import io.katamonitor.proto.prometheus.MetricFamily;
import io.katamonitor.proto.prometheus.MetricType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;

/**
 * Reads an exposition as delimited {@code io.prometheus.client.MetricFamily} messages. As a message
 * begins with its length, each family is gone over twice, metric by metric: what a family takes in
 * memory does not grow with the number of sandboxes. Confined to one thread; loaded for the first
 * client that asks for the format.
 */
public final class ProtobufReader implements BooleanSupplier {
  private static final int TURN_BYTES = 64 * 1024;

  private final FamilyReader families;
  private final ByteConsumer out;
  private final ByteArrayOutputStream block = new ByteArrayOutputStream(2 * TURN_BYTES);
  private final OutputStream target;
  private boolean inFamily;
  private MetricMessages messages = new MetricMessages("", FamilyType.UNTYPED, metric -> {});

  private ProtobufReader(FamilyReader families, boolean gzip, ByteConsumer out) throws IOException {
    this.families = families;
    this.out = out;
    this.target = gzip ? new GZIPOutputStream(block) : block;
  }

  public static ProtobufReader of(
      Exposition exposition, ExpositionReader.Workspace workspace, boolean gzip, ByteConsumer out) {
    try {
      return new ProtobufReader(new FamilyReader(exposition, workspace), gzip, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Hands out a block; false when it was the last. */
  @Override
  public boolean getAsBoolean() {
    try {
      boolean more = true;
      while (more && block.size() < TURN_BYTES) {
        more = step();
      }
      if (!more) {
        target.close();
      }
      byte[] bytes = block.toByteArray();
      block.reset();
      out.accept(bytes, 0, bytes.length);
      return more;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean step() throws IOException {
    if (inFamily) {
      inFamily = families.step(messages::take);
      if (!inFamily) {
        messages.end();
      }
      return true;
    }
    if (!families.next()) {
      return false;
    }
    begin();
    return true;
  }

  /** Finds the family's length, writes it and what stands before the metrics. */
  private void begin() throws IOException {
    var head = MetricFamily.newBuilder().setName(families.name()).setType(type(families.type()));
    byte[] help = families.help();
    if (help != null) {
      head.setHelp(MetricMessages.unescaped(new String(help, UTF_8)));
    }
    var start = head.build();
    long[] length = {start.getSerializedSize()};
    messages =
        new MetricMessages(
            families.name(),
            families.type(),
            metric ->
                length[0] +=
                    CodedOutputStream.computeMessageSize(MetricFamily.METRIC_FIELD_NUMBER, metric));
    boolean more = true;
    while (more) {
      more = families.step(messages::take);
    }
    messages.end();
    families.rewind();
    var coded = CodedOutputStream.newInstance(target);
    coded.writeUInt64NoTag(length[0]);
    start.writeTo(coded);
    coded.flush();
    messages = new MetricMessages(families.name(), families.type(), this::write);
    inFamily = true;
  }

  private void write(Metric metric) {
    try {
      var coded = CodedOutputStream.newInstance(target);
      coded.writeMessage(MetricFamily.METRIC_FIELD_NUMBER, metric);
      coded.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MetricType type(FamilyType type) {
    return switch (type) {
      case COUNTER -> MetricType.COUNTER;
      case GAUGE -> MetricType.GAUGE;
      case HISTOGRAM -> MetricType.HISTOGRAM;
      case SUMMARY -> MetricType.SUMMARY;
      case UNTYPED -> MetricType.UNTYPED;
    };
  }
}
