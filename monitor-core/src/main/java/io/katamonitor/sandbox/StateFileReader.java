package io.katamonitor.sandbox;

import io.katamonitor.json.MalformedJsonException;
import io.katamonitor.sandbox.ChangingFile.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The state file of one sandbox's directory, read again only when it changed: {@link #refresh}
 * costs one or two lstat(2), 2 us each. A sandbox is runtime-rs's if a {@code state.json} exists,
 * valid or not, also beside a {@code persist.json}, and also if it is removed later: a shim must
 * not be treated as one of the Go runtime because a file is gone. A directory that was replaced
 * needs a new reader.
 *
 * <p>Blocks on the file system: never on the event loop. Confined to one thread at a time; each
 * owner has its own.
 */
public final class StateFileReader {
  /** What the last {@link #refresh} found. */
  public enum Status {
    /** Neither file is there. */
    MISSING,
    /**
     * A file exists that is not (or not yet) a complete state file; {@link #problem} has the
     * reason.
     */
    UNREADABLE,
    /** {@link #current} has the content of the file. */
    CURRENT
  }

  /** Relative to the sandbox's directory. */
  static final Path STATE_JSON = Path.of(StateFile.STATE_JSON);

  static final Path PERSIST_JSON = Path.of(StateFile.PERSIST_JSON);

  private final Path directory;
  private final ChangingFile stateJson;
  private final ChangingFile persistJson;
  private Status status = Status.MISSING;
  private @Nullable ShimRuntime runtime;
  private @Nullable StateFile current;
  private @Nullable StateFile lastGood;
  private String problem = "";

  public StateFileReader(Path directory) {
    this(directory, InstantSource.system());
  }

  StateFileReader(Path directory, InstantSource wallClock) {
    this.directory = directory;
    stateJson = new ChangingFile(directory, STATE_JSON, wallClock);
    persistJson = new ChangingFile(directory, PERSIST_JSON, wallClock);
  }

  /** Checks the directory, and reads the decisive file if it has changed. */
  public Status refresh() {
    // For a Go sandbox access(2) is enough to see that there is no state.json: a failing lstat(2)
    // costs two exceptions.
    boolean isStillGo = runtime == ShimRuntime.GO && !Files.exists(directory.resolve(STATE_JSON));
    if (isStillGo || !refreshRuntimeRs()) {
      refresh(ShimRuntime.GO, persistJson);
    }
    return status;
  }

  /** Checks {@code state.json} alone; false if there never was one. */
  boolean refreshRuntimeRs() {
    var seen = refresh(ShimRuntime.RUNTIME_RS, stateJson);
    return seen || runtime == ShimRuntime.RUNTIME_RS;
  }

  /** Returns false if the file does not exist. */
  private boolean refresh(ShimRuntime ofFile, ChangingFile file) {
    State state;
    try {
      state = file.check();
    } catch (IOException e) {
      // Unknown whether it exists: assume it does, which for state.json is the safe choice.
      unreadable(ofFile, FileErrors.reason(e));
      return true;
    }
    if (state == State.MISSING) {
      status = Status.MISSING;
      current = null;
      return false;
    }
    if (state == State.CHANGED || runtime != ofFile) {
      read(ofFile, file);
    }
    return true;
  }

  private void read(ShimRuntime ofFile, ChangingFile file) {
    try {
      var bytes = file.read();
      current = StateFile.parse(ofFile, bytes, bytes.length);
      lastGood = current;
      runtime = ofFile;
      status = Status.CURRENT;
      problem = "";
    } catch (IOException e) {
      unreadable(ofFile, FileErrors.reason(e));
    } catch (MalformedJsonException e) {
      unreadable(ofFile, String.valueOf(e.getMessage()));
    }
  }

  private void unreadable(ShimRuntime ofFile, String reason) {
    runtime = ofFile;
    status = Status.UNREADABLE;
    current = null;
    problem = reason;
  }

  public Status status() {
    return status;
  }

  /** The runtime of the shim, by the files seen so far; null until there was one. */
  public @Nullable ShimRuntime runtime() {
    return runtime;
  }

  /** Content of the file; null unless {@link #status} is {@link Status#CURRENT}. */
  public @Nullable StateFile current() {
    return current;
  }

  /** Content of the file when it was last read completely; null before that. */
  public @Nullable StateFile lastGood() {
    return lastGood;
  }

  /** Why the status is {@link Status#UNREADABLE}; undefined otherwise. */
  public String problem() {
    return problem;
  }
}
