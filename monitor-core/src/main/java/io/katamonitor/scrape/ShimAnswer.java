package io.katamonitor.scrape;

import io.katamonitor.exposition.BodyDecoder;
import io.katamonitor.exposition.DecodedBody;
import io.katamonitor.exposition.MalformedExpositionException;
import io.katamonitor.exposition.MemoryExhaustedException;
import io.katamonitor.sandbox.Sandbox;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One shim's answer in the making. The client puts the body's bytes, freed of HTTP, into {@link
 * #text} from where {@link #begin} says, calls {@link #advance}, and ends with {@link #complete} or
 * {@link #fail}. All of them do nothing once the answer is settled. Confined to the event loop.
 */
public final class ShimAnswer {
  /** Is told what became of an answer, once. */
  interface Owner {
    void settled(ShimAnswer answer);

    /** Whether somebody else is to be asked instead of waiting for a shim that takes long. */
    boolean passOver();

    /** Is told when an answer that had come whole is taken back. */
    void refused(ShimAnswer answer);

    /** Makes room for what so many bytes of text may need; may settle answers, this one too. */
    void makeRoom(int textBytes);
  }

  private static final ScrapeOutcome ABANDONED =
      new ScrapeOutcome.Failure(FailureReason.TIMEOUT, 0, "abandoned");

  private final Sandbox sandbox;
  private final BodyDecoder decoder;
  private final int maxBytes;
  private final Owner owner;
  private long beganNanos = System.nanoTime();
  private long bytes;
  private boolean passedOver;
  private boolean missed;
  private ShimClient.@Nullable Call call;
  private @Nullable DecodedBody body;
  private @Nullable ScrapeOutcome outcome;

  ShimAnswer(Sandbox sandbox, BodyDecoder decoder, int maxBytes, Owner owner) {
    this.sandbox = sandbox;
    this.decoder = decoder;
    this.maxBytes = maxBytes;
    this.owner = owner;
  }

  /** Its turn has come: the time that it waited for others is not its shim's. */
  void asking() {
    beganNanos = System.nanoTime();
  }

  void askedBy(ShimClient.Call asking) {
    call = asking;
  }

  boolean wasAsked() {
    return call != null;
  }

  boolean isPassedOver() {
    return passedOver;
  }

  Sandbox sandbox() {
    return sandbox;
  }

  /** The most bytes a body may have. */
  public int maxBytes() {
    return maxBytes;
  }

  public boolean isSettled() {
    return outcome != null;
  }

  /** Makes room for {@code more} bytes of the body; says where in {@link #text} they go. */
  public int begin(int more) {
    return decoder.begin(more);
  }

  public byte[] text() {
    return decoder.text();
  }

  /**
   * Takes the bytes.
   *
   * @param end where in {@link #text} they end
   * @param count how many they are
   */
  public void advance(int end, int count) {
    bytes += count;
    if (bytes > maxBytes) {
      fail(FailureReason.TOO_LARGE, "the answer has more than " + maxBytes + " bytes");
    } else if (!isSettled()) {
      owner.makeRoom(count);
      if (!isSettled()) {
        decode(end);
      }
    }
  }

  private void decode(int end) {
    try {
      decoder.advance(end);
    } catch (MalformedExpositionException e) {
      fail(FailureReason.MALFORMED, String.valueOf(e.getMessage()));
    } catch (MemoryExhaustedException e) {
      fail(FailureReason.TOO_LARGE, String.valueOf(e.getMessage()));
    }
  }

  /** To be called now and then while it is waited for: others may have to be asked meanwhile. */
  public void takesLong() {
    if (!isSettled() && !passedOver) {
      passedOver = owner.passOver();
    }
  }

  /** The body has come whole. */
  public void complete() {
    if (isSettled()) {
      return;
    }
    try {
      var decoded = decoder.finish();
      body = decoded;
      settle(new ScrapeOutcome.Success(elapsed(), decoded.bytes(), decoded.samples()));
    } catch (MalformedExpositionException e) {
      fail(FailureReason.MALFORMED, String.valueOf(e.getMessage()));
    } catch (MemoryExhaustedException e) {
      fail(FailureReason.TOO_LARGE, String.valueOf(e.getMessage()));
    }
  }

  /**
   * There will be no answer.
   *
   * @param detail a sentence for the log
   */
  public void fail(FailureReason reason, String detail) {
    if (!isSettled()) {
      settle(new ScrapeOutcome.Failure(reason, elapsed(), detail));
    }
  }

  /** It is too late for one who waited for it. True the first time. */
  boolean miss() {
    boolean first = !missed;
    missed = true;
    return first;
  }

  boolean isMissed() {
    return missed;
  }

  /** What it is to who could not wait for it. */
  ScrapeOutcome missed() {
    return new ScrapeOutcome.Failure(FailureReason.TIMEOUT, elapsed(), "too late for one scrape");
  }

  /** Refuses an answer that had come whole, to make room for others. */
  void refuse(String detail) {
    if (body != null) {
      body.release();
      body = null;
      outcome = new ScrapeOutcome.Failure(FailureReason.TOO_LARGE, elapsed(), detail);
      owner.refused(this);
    } else {
      fail(FailureReason.TOO_LARGE, detail);
    }
  }

  /** Nobody wants it any more: it neither succeeds nor fails. */
  void abandon() {
    if (!isSettled()) {
      outcome = ABANDONED;
      decoder.discard();
      if (call != null) {
        call.cancel();
      }
    }
  }

  private void settle(ScrapeOutcome result) {
    outcome = result;
    if (body == null) {
      decoder.discard();
    }
    if (call != null) {
      call.cancel();
    }
    owner.settled(this);
  }

  private long elapsed() {
    return Math.max(System.nanoTime() - beganNanos, TimeUnit.MICROSECONDS.toNanos(1));
  }

  @Nullable ScrapeOutcome outcome() {
    return outcome;
  }

  /** What came, if it came whole; owned by this until {@link #release}. */
  @Nullable DecodedBody body() {
    return body;
  }

  /** Bytes of memory it takes, about. */
  int bytesHeld() {
    return body != null ? body.bytesHeld() : isSettled() ? 0 : decoder.bytesHeld();
  }

  void release() {
    if (body != null) {
      body.release();
      body = null;
    }
  }
}
