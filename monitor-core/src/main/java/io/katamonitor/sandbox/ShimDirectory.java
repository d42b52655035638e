package io.katamonitor.sandbox;

import io.katamonitor.config.RuntimeRsScrape;
import io.katamonitor.log.Log;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import io.katamonitor.sandbox.StateFileReader.Status;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides by the content of one sandbox's directory, not by its root's name, whether its shim may
 * be requested for metrics. Checked before each attempt to connect, and again before the request is
 * sent.
 *
 * <table>
 * <caption>Decisions; the first row that applies counts</caption>
 * <tr><th>the directory</th><th>young</th><th>older than {@link #STARTING}</th></tr>
 * <tr><td>is gone, a link or no directory; the socket is a link</td>
 *     <td>NOT_SCRAPED</td><td>NOT_SCRAPED</td></tr>
 * <tr><td>may not be entered, and had a state.json</td><td>STARTING</td>
 *     <td>NOT_SCRAPED</td></tr>
 * <tr><td>may not be entered</td><td>STARTING</td>
 *     <td>SCRAPE_GO: connect(2) fails alike, as {@code denied}</td></tr>
 * <tr><td>has or had a state.json, which is no whole one now</td>
 *     <td>STARTING</td><td>NOT_SCRAPED</td></tr>
 * <tr><td>has a state.json, and never had a socket</td><td>STARTING</td>
 *     <td>as with a socket</td></tr>
 * <tr><td>has a state.json whose hypervisor is safe</td>
 *     <td>SCRAPE_RUNTIME_RS</td><td>SCRAPE_RUNTIME_RS</td></tr>
 * <tr><td>has a state.json with another hypervisor</td>
 *     <td>NOT_SCRAPED</td><td>NOT_SCRAPED</td></tr>
 * <tr><td>has persist.json, or neither and is directly below {@code /run/vc/sbs}; never had a
 *     socket</td><td>STARTING</td><td>SCRAPE_GO: connect(2) fails, as {@code refused}</td></tr>
 * <tr><td>the same, and had a socket</td><td>SCRAPE_GO</td><td>SCRAPE_GO</td></tr>
 * <tr><td>has neither, elsewhere</td><td>STARTING</td><td>NOT_SCRAPED</td></tr>
 * </table>
 *
 * <p>A check costs two lstat(2): the directory, whose inode and time show whether entries came,
 * went or were replaced, and state.json if it exists. Blocks on the file system; used by one thread
 * at a time. A directory that was replaced is a new one, with nothing kept of the old.
 */
final class ShimDirectory {
  private static final Log LOG = Log.of(ShimDirectory.class);

  /** The age up to which a sandbox that cannot be scraped counts as booting. */
  static final Duration STARTING = Duration.ofMinutes(2);

  /** As for {@link ChangingFile}: a second change within a clock tick leaves the time as it is. */
  private static final long RACY_MILLIS = 1000;

  private final Path path;
  private final boolean isBelowGoRoot;
  private final RuntimeRsScrape allowed;
  private final FileClock clock;
  private StateFileReader stateFile;
  private @Nullable Object inode;

  /**
   * Time of the directory's last change when its entries were last read; null to read them again.
   */
  private @Nullable FileTime entriesTime;

  private long firstSeen;
  private boolean areEntriesKnown;
  private boolean hasStateJson;
  private boolean hasPersistJson;
  private boolean hadSocket;
  private boolean isSocketLink;
  private volatile String reported = "";
  private volatile boolean isGone;

  /**
   * @param goRoot the directory whose sandboxes are the Go runtime's, also without a state file
   */
  ShimDirectory(Path path, Path goRoot, RuntimeRsScrape allowed, FileClock clock) {
    this.path = path;
    this.isBelowGoRoot = goRoot.equals(path.getParent());
    this.allowed = allowed;
    this.clock = clock;
    this.stateFile = new StateFileReader(path, clock);
    this.firstSeen = clock.nanoTime();
  }

  Path path() {
    return path;
  }

  /** Whether the last check found no directory; from any thread. */
  boolean isGone() {
    return isGone;
  }

  /**
   * Why the last decision for {@code NOT_SCRAPED} was made; empty if there was none; from any
   * thread.
   */
  String whyNotScraped() {
    return reported;
  }

  /** Checks the directory now. */
  Decision check() {
    try {
      var directory = attributes(path);
      isGone = directory == null;
      if (directory == null) {
        return Decision.NOT_SCRAPED; // Deleted: the registry is about to report it.
      }
      if (!directory.isDirectory()) {
        return notScraped("its path is not a directory");
      }
      if (!Objects.equals(inode, directory.fileKey())) {
        reset(directory);
      }
      boolean isYoung = isYoung(directory);
      try {
        refreshEntries(directory);
      } catch (AccessDeniedException e) {
        if (isYoung) {
          return Decision.STARTING;
        }
        return hasStateJson ? notScraped("its directory may not be read") : Decision.SCRAPE_GO;
      }
      return decide(isYoung);
    } catch (IOException e) {
      return notScraped(FileErrors.reason(e));
    }
  }

  /** Drops all state about this directory. */
  private void reset(BasicFileAttributes directory) {
    if (inode != null) {
      stateFile = new StateFileReader(path, clock);
      firstSeen = clock.nanoTime();
    }
    inode = directory.fileKey();
    entriesTime = null;
    hadSocket = false;
    hasStateJson = false;
  }

  private Decision decide(boolean isYoung) {
    if (isSocketLink) {
      return notScraped("its socket is a symbolic link");
    }
    boolean isBooting = isYoung && !hadSocket;
    if (isRuntimeRs()) {
      var file = stateFile.current();
      if (stateFile.status() != Status.CURRENT || file == null) {
        return isYoung ? Decision.STARTING : notScraped(problem());
      }
      return isBooting ? Decision.STARTING : decide(file);
    }
    if (hasPersistJson || isBelowGoRoot) {
      return isBooting ? Decision.STARTING : Decision.SCRAPE_GO;
    }
    return isYoung ? Decision.STARTING : notScraped("it has neither state.json nor persist.json");
  }

  private boolean isRuntimeRs() {
    // In an unchanged directory no file was added. access(2) confirms it 2 us faster than a failing
    // lstat(2), for which the JDK makes two exceptions.
    if (areEntriesKnown
        && !hasStateJson
        && !Files.exists(path.resolve(StateFileReader.STATE_JSON))) {
      return false;
    }
    hasStateJson = stateFile.refreshRuntimeRs();
    return hasStateJson;
  }

  private String problem() {
    return stateFile.status() == Status.MISSING
        ? "its state.json is gone"
        : "its state.json: " + stateFile.problem();
  }

  private Decision decide(StateFile file) {
    boolean isSafe = KataRuntimes.isScrapeSafe(file.hypervisor(), file.scrapeProof());
    return allowed.permits(file.hypervisor(), isSafe)
        ? Decision.SCRAPE_RUNTIME_RS
        : notScraped("its shim of runtime-rs may abort on a scrape");
  }

  /** Reads persist.json and the socket again if the directory's entries may have changed. */
  private void refreshEntries(BasicFileAttributes directory) throws IOException {
    var changed = directory.lastModifiedTime();
    areEntriesKnown = changed.equals(entriesTime);
    if (!areEntriesKnown) {
      entriesTime = null;
      boolean isRacy = changed.toMillis() > clock.millis() - RACY_MILLIS;
      var persist = attributes(path.resolve(StateFileReader.PERSIST_JSON));
      hasPersistJson = persist != null && persist.isRegularFile();
      var found = attributes(path.resolve(Sandbox.SOCKET_NAME));
      hadSocket |= found != null;
      isSocketLink = found != null && found.isSymbolicLink();
      entriesTime = isRacy ? null : changed;
    }
  }

  /**
   * Whether the sandbox may still be booting. Both ages are at most the true one: where the file
   * system has no birth times the JDK returns the time of the last change instead.
   */
  private boolean isYoung(BasicFileAttributes directory) {
    long sinceBirth = clock.millis() - directory.creationTime().toMillis();
    long sinceSeen = clock.nanoTime() - firstSeen;
    return sinceBirth < STARTING.toMillis() && sinceSeen < STARTING.toNanos();
  }

  private Decision notScraped(String reason) {
    if (!reported.equals(reason)) {
      reported = reason;
      LOG.info(
          "sandbox is not scraped",
          "sandbox",
          path.getFileName(),
          "reason",
          reason,
          "hypervisor",
          hypervisor());
    }
    return Decision.NOT_SCRAPED;
  }

  private String hypervisor() {
    var file = stateFile.current();
    var name = file == null ? null : file.hypervisor();
    return name == null ? "" : name;
  }

  private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
    return file.getFileSystem()
        .provider()
        .readAttributesIfExists(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}
