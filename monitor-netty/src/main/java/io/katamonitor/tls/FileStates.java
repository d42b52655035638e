package io.katamonitor.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * State of some files at a moment: time, size and inode of each, following symbolic links, so that
 * a Kubernetes secret that is swapped is noticed too. Equal if none has changed. Taking the state
 * blocks.
 */
record FileStates(Map<Path, String> states) {
  static FileStates of(List<Path> files) {
    var states = new LinkedHashMap<Path, String>();
    for (var file : files) {
      states.put(file, state(file));
    }
    return new FileStates(states);
  }

  FileStates and(FileStates others) {
    var all = new LinkedHashMap<>(states);
    all.putAll(others.states);
    return new FileStates(all);
  }

  /** The current states of the same files. */
  FileStates again() {
    return of(List.copyOf(states.keySet()));
  }

  private static String state(Path file) {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
    } catch (IOException e) {
      return "unreadable";
    }
  }
}
