package io.katamonitor.shim;

import io.katamonitor.scrape.Timer;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Netty's event loop as the timer of the scrape service. */
public final class EventLoopTimer implements Timer {
  private final EventLoop loop;

  public EventLoopTimer(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public Scheduled schedule(Runnable task, long delayNanos) {
    return new Delayed(loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS));
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  private record Delayed(Future<?> future) implements Scheduled {
    @Override
    public void cancel() {
      future.cancel(false);
    }
  }
}
