package io.katamonitor.guard;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class after which Netty's leak detector finds a buffer that was garbage-collected
 * without being released. Registered for every test class by the service file of this module; the
 * build sets the detector's level (paranoid).
 *
 * <p>A leak shows when the buffer is collected, so the heap is collected at the end of each class.
 * A leak that is still referenced then is reported for a later class.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
  private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();

  static {
    // Before the class of the first buffer is loaded, which keeps its detector forever.
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Detectors());
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    // Loads this class, and with it the detectors.
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    var found = reports();
    if (!found.isEmpty()) {
      throw new AssertionError("buffers leaked:\n" + String.join("\n", found));
    }
  }

  /** The leaks found since the last call. */
  static List<String> reports() throws InterruptedException {
    collect();
    // The detector checks its queue when a buffer is created.
    PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
    PooledByteBufAllocator.DEFAULT.compositeBuffer().release();
    var found = new ArrayList<String>();
    for (var report = REPORTS.poll(); report != null; report = REPORTS.poll()) {
      found.add(report);
    }
    return found;
  }

  private static void collect() throws InterruptedException {
    var queue = new ReferenceQueue<Object>();
    var sentinel = new WeakReference<>(new Object(), queue);
    System.gc();
    queue.remove(2_000);
    sentinel.clear();
  }

  private static final class Detectors extends ResourceLeakDetectorFactory {
    @Override
    @Deprecated
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return new Detector<>(resource, samplingInterval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval) {
      return new Detector<>(resource, samplingInterval);
    }
  }

  private static final class Detector<T> extends ResourceLeakDetector<T> {
    @SuppressWarnings("deprecation") // Deprecated except for factories, which this is.
    Detector(Class<T> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resource, String records) {
      REPORTS.add(resource + ", last touched:" + records);
    }

    @Override
    protected void reportUntracedLeak(String resource) {
      REPORTS.add(resource);
    }
  }
}
