package io.katamonitor.cri;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.katamonitor.sandbox.ListedSandbox;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.SandboxId;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the CRI's messages, as far as they are used here; numbers and types are those of
 * {@code runtime.v1} (k8s.io/cri-api, {@code api.proto}). They are read field by field: the
 * generated classes would keep the labels and annotations of every pod, and a list of 60,000 pods
 * must fit the heap.
 */
final class CriMessages {
  /** ListPodSandboxRequest.filter, PodSandboxFilter.id. */
  private static final int REQUEST_FILTER = 1;

  private static final int FILTER_ID = 1;

  /** ListPodSandboxResponse.items. */
  private static final int RESPONSE_ITEMS = 1;

  /** PodSandbox.id, metadata, state, created_at, runtime_handler. */
  private static final int ITEM_ID = 1;

  private static final int ITEM_METADATA = 2;
  private static final int ITEM_STATE = 3;
  private static final int ITEM_CREATED = 4;
  private static final int ITEM_HANDLER = 7;

  /** PodSandboxMetadata.name, uid, namespace, attempt. */
  private static final int METADATA_NAME = 1;

  private static final int METADATA_UID = 2;
  private static final int METADATA_NAMESPACE = 3;
  private static final int METADATA_ATTEMPT = 4;

  /** PodSandboxState.SANDBOX_READY, which a message leaves out. */
  private static final int READY = 0;

  /** More sandboxes of these pods than a kubelet leaves; the rest is skipped. */
  static final int MAX_LISTED = 4096;

  /** As label values have at most; of longer texts the rest is skipped and takes no heap. */
  static final int MAX_TEXT_BYTES = 1024;

  private CriMessages() {}

  /** Any request with no field set. */
  static byte[] empty() {
    return new byte[0];
  }

  /** ListPodSandboxRequest for the sandbox of one id, in whatever state. */
  static byte[] listRequest(SandboxId only) {
    var filter = new ByteArrayOutputStream();
    var request = new ByteArrayOutputStream();
    try {
      var out = CodedOutputStream.newInstance(filter);
      out.writeString(FILTER_ID, only.value());
      out.flush();
      out = CodedOutputStream.newInstance(request);
      out.writeByteArray(REQUEST_FILTER, filter.toByteArray());
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return request.toByteArray();
  }

  /** Of a ListPodSandboxResponse, the pods of the sandboxes wanted. */
  static Map<SandboxId, Pod> pods(InputStream response, Set<SandboxId> wanted) throws IOException {
    var pods = new HashMap<SandboxId, Pod>();
    var in = CodedInputStream.newInstance(response);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isMessage(tag, RESPONSE_ITEMS)) {
        int end = in.pushLimit(in.readRawVarint32());
        item(in, wanted, pods);
        leave(in, end);
      } else {
        in.skipField(tag);
      }
    }
    return pods;
  }

  /** Of a ListPodSandboxResponse, the sandboxes of the pods with these uids. */
  static List<ListedSandbox> listed(InputStream response, Set<String> uids) throws IOException {
    var listed = new ArrayList<ListedSandbox>();
    var in = CodedInputStream.newInstance(response);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isMessage(tag, RESPONSE_ITEMS)) {
        int end = in.pushLimit(in.readRawVarint32());
        listedItem(in, uids, listed);
        leave(in, end);
      } else {
        in.skipField(tag);
      }
    }
    return listed;
  }

  private static void listedItem(CodedInputStream in, Set<String> uids, List<ListedSandbox> listed)
      throws IOException {
    SandboxId id = null;
    var pod = Pod.UNKNOWN;
    int state = READY;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isMessage(tag, ITEM_ID)) {
        id = SandboxId.parse(text(in));
      } else if (isMessage(tag, ITEM_METADATA)) {
        int end = in.pushLimit(in.readRawVarint32());
        pod = metadata(in);
        leave(in, end);
      } else if (isNumber(tag, ITEM_STATE)) {
        state = in.readEnum();
      } else {
        in.skipField(tag);
      }
    }
    if (id != null && uids.contains(pod.uid()) && listed.size() < MAX_LISTED) {
      listed.add(new ListedSandbox(id, pod.uid(), pod.attempt(), state == READY));
    }
  }

  private static void item(CodedInputStream in, Set<SandboxId> wanted, Map<SandboxId, Pod> pods)
      throws IOException {
    SandboxId id = null;
    var pod = Pod.UNKNOWN;
    var handler = "";
    long created = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isMessage(tag, ITEM_ID)) {
        id = SandboxId.parse(text(in));
        if (id == null || !wanted.contains(id)) {
          in.skipRawBytes(in.getBytesUntilLimit());
          return;
        }
      } else if (isMessage(tag, ITEM_METADATA)) {
        int end = in.pushLimit(in.readRawVarint32());
        pod = metadata(in);
        leave(in, end);
      } else if (isNumber(tag, ITEM_CREATED)) {
        created = in.readInt64();
      } else if (isMessage(tag, ITEM_HANDLER)) {
        handler = text(in);
      } else {
        in.skipField(tag);
      }
    }
    if (pod.isKnown()) {
      var at = created > 0 ? Instant.EPOCH.plusNanos(created) : null;
      pod = new Pod(pod.uid(), pod.name(), pod.namespace(), pod.attempt(), handler, at);
    }
    put(id, pod, pods);
  }

  private static void put(@Nullable SandboxId id, Pod pod, Map<SandboxId, Pod> pods) {
    if (id != null && pod.isKnown()) {
      pods.put(id, pod);
    }
  }

  private static Pod metadata(CodedInputStream in) throws IOException {
    var name = "";
    var uid = "";
    var namespace = "";
    int attempt = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isMessage(tag, METADATA_NAME)) {
        name = text(in);
      } else if (isMessage(tag, METADATA_UID)) {
        uid = text(in);
      } else if (isMessage(tag, METADATA_NAMESPACE)) {
        namespace = text(in);
      } else if (isNumber(tag, METADATA_ATTEMPT)) {
        // A uint32; past 2^31 it is cut, as no kubelet counts so far.
        attempt = (int) Math.min(in.readUInt32() & 0xFFFFFFFFL, Integer.MAX_VALUE);
      } else {
        in.skipField(tag);
      }
    }
    return new Pod(uid, name, namespace, attempt, "", null);
  }

  /** A string field, cut to whole characters. */
  private static String text(CodedInputStream in) throws IOException {
    int length = in.readRawVarint32();
    if (length <= MAX_TEXT_BYTES) {
      return new String(in.readRawBytes(length), UTF_8);
    }
    byte[] bytes = in.readRawBytes(MAX_TEXT_BYTES + 1);
    in.skipRawBytes(length - bytes.length);
    int end = MAX_TEXT_BYTES;
    while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, UTF_8);
  }

  /** Leaves a message within another, which has to be read to its end. */
  private static void leave(CodedInputStream in, int outerLimit) throws IOException {
    if (in.getBytesUntilLimit() != 0) {
      throw new EOFException("a message ends before its length");
    }
    in.popLimit(outerLimit);
  }

  private static boolean isNumber(int tag, int field) {
    return tag == ((field << 3) | WireFormat.WIRETYPE_VARINT);
  }

  /** Whether a tag is that of a string or message field. */
  private static boolean isMessage(int tag, int field) {
    return tag == ((field << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }
}
