package io.katamonitor.usage;

import org.jspecify.annotations.Nullable;

/**
 * Recognizes the pod's own cgroup, which the kubelet makes and gives the pod's limits: {@code
 * pod<uid>} with the cgroupfs driver, {@code kubepods...-pod<uid>.slice} with systemd's, where
 * {@code -} of the uid is written {@code _} (kubelet: pkg/kubelet/cm/pod_container_manager_linux.go
 * and cgroup_manager_linux.go).
 */
final class PodCgroup {
  private static final String POD = "pod";
  private static final String SLICE = ".slice";

  /** A UUID, also without dashes: static pods have a hash of their manifest file. */
  private static final int UUID_LENGTH = 36;

  private static final int HASH_LENGTH = 32;

  private PodCgroup() {}

  /**
   * The nearest cgroup at or above {@code path} that is the pod's own.
   *
   * @param uid of the pod; empty while the container runtime has not reported it: then any matches
   * @return a prefix of {@code path}, or null
   */
  static @Nullable String find(String path, String uid) {
    int end = path.length();
    while (end > 0) {
      int begin = path.lastIndexOf('/', end - 1) + 1;
      if (isPod(path.substring(begin, end), uid)) {
        return path.substring(0, end);
      }
      end = begin - 1;
    }
    return null;
  }

  private static boolean isPod(String name, String uid) {
    if (name.startsWith(POD) && isUid(name.substring(POD.length()), uid, '-')) {
      return true;
    }
    if (!name.startsWith("kubepods") && !name.contains("-kubepods")) {
      return false;
    }
    int pod = name.lastIndexOf("-" + POD);
    return pod > 0
        && name.endsWith(SLICE)
        && pod + 1 + POD.length() < name.length() - SLICE.length()
        && isUid(name.substring(pod + 1 + POD.length(), name.length() - SLICE.length()), uid, '_');
  }

  private static boolean isUid(String text, String uid, char dash) {
    return uid.isEmpty() ? isAnyUid(text, dash) : text.equals(uid.replace('-', dash));
  }

  private static boolean isAnyUid(String text, char dash) {
    if (text.length() != UUID_LENGTH && text.length() != HASH_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean dashed = text.length() == UUID_LENGTH && (i == 8 || i == 13 || i == 18 || i == 23);
      if (dashed ? c != dash : Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }
}
