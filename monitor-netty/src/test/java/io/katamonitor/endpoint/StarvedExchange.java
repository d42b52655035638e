package io.katamonitor.endpoint;

import io.katamonitor.server.Exchange;
import io.netty.buffer.ByteBufAllocator;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** Exchanges and allocators that find no more memory off the heap after some buffers. */
final class StarvedExchange {
  private StarvedExchange() {}

  /**
   * @param buffers number of buffers for which there is memory
   */
  static Exchange of(Exchange exchange, int buffers) {
    var allocator = allocator(exchange.allocator(), buffers);
    return (Exchange)
        Proxy.newProxyInstance(
            Exchange.class.getClassLoader(),
            new Class<?>[] {Exchange.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("allocator")) {
                return allocator;
              }
              return invoke(exchange, method, arguments);
            });
  }

  static ByteBufAllocator allocator(ByteBufAllocator real, int buffers) {
    var left = new AtomicInteger(buffers);
    return (ByteBufAllocator)
        Proxy.newProxyInstance(
            ByteBufAllocator.class.getClassLoader(),
            new Class<?>[] {ByteBufAllocator.class},
            (proxy, method, arguments) -> {
              if (method.getName().endsWith("uffer") && left.getAndDecrement() <= 0) {
                throw new OutOfMemoryError("by the test");
              }
              return invoke(real, method, arguments);
            });
  }

  private static Object invoke(Object target, java.lang.reflect.Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
