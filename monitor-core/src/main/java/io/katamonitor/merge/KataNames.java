package io.katamonitor.merge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.katamonitor.template.DropReason;
import io.katamonitor.template.NamingPolicy;
import io.katamonitor.usage.GuestSeries;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Kata's names: which families of a shim are kept and how they are named, which names are the
 * monitor's own, and which labels it adds. The names and labels are those of the Go daemon ({@code
 * src/runtime/pkg/kata-monitor/metrics.go}, Kata 4.1.0). Immutable.
 */
public final class KataNames implements NamingPolicy {
  /** The labels that identify a sandbox, in the order in which they are written. */
  static final String[] LABELS = {"sandbox_id", "cri_uid", "cri_name", "cri_namespace"};

  private static final byte[][] LABEL_BYTES = new byte[LABELS.length][];
  private static final String KATA = "kata_";
  private static final String SHIM = "kata_shim_";

  /** A family with this name, or with a name that continues it after {@code _}, is reserved. */
  private static final String[] RESERVED = {"kata_monitor", "kata_pod"};

  private static final String OWN = "kata_monitor_";

  /** Families whose names start with this are reserved, and need no shim. */
  private static final String HOST = "kata_pod_host";

  static {
    for (int i = 0; i < LABELS.length; i++) {
      LABEL_BYTES[i] = LABELS[i].getBytes(ISO_8859_1);
    }
  }

  private final boolean allowsForeign;
  private final Predicate<String> filter;

  /**
   * @param allowsForeign whether families are kept that do not start with {@code kata_}
   * @param filter the allow or deny list: whether a family with this name is kept
   */
  public KataNames(boolean allowsForeign, Predicate<String> filter) {
    this.allowsForeign = allowsForeign;
    this.filter = filter;
  }

  /** Families of the shim's own process get Kata's prefix; the others have it already. */
  @Override
  public String prefix(String shimName) {
    return shimName.startsWith("go_") || shimName.startsWith("process_") ? SHIM : "";
  }

  @Override
  public @Nullable DropReason dropReason(String name) {
    for (var reserved : RESERVED) {
      if (name.startsWith(reserved)
          && (name.length() == reserved.length() || name.charAt(reserved.length()) == '_')) {
        return DropReason.RESERVED;
      }
    }
    if (!allowsForeign && !name.startsWith(KATA)) {
      return DropReason.FOREIGN;
    }
    return filter.test(name) ? null : DropReason.DENYLIST;
  }

  @Override
  public boolean isSource(String name) {
    return GuestSeries.isSourceFamily(name);
  }

  @Override
  public boolean isAddedLabel(byte[] text, int from, int to) {
    for (byte[] label : LABEL_BYTES) {
      if (Arrays.equals(text, from, to, label, 0, label.length)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether all families whose names start with this prefix are made without a shim: {@code
   * kata_pod_guest_*} are not.
   */
  public static boolean isOwnPrefix(String prefix) {
    return prefix.startsWith(HOST) || prefix.startsWith(OWN) || prefix.equals("kata_monitor");
  }

  /** The order of families in a response: the monitor's own first, then by name. */
  static int compare(MergedFamily a, MergedFamily b) {
    boolean isOwn = a.name().startsWith(OWN);
    return isOwn == b.name().startsWith(OWN)
        ? Arrays.compare(a.nameBytes(), b.nameBytes())
        : isOwn ? -1 : 1;
  }
}
