package io.katamonitor.log;

import org.apache.logging.log4j.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * An event of ours on its way through log4j's API.
 *
 * @param fields key, value, key, value ...
 */
@SuppressWarnings("ArrayRecordComponent") // The caller's array, read once; never compared.
record Event(String text, @Nullable Object[] fields) implements Message {
  @Override
  public String getFormattedMessage() {
    return text;
  }

  @Override
  public @Nullable Object[] getParameters() {
    return fields;
  }

  @Override
  public @Nullable Throwable getThrowable() {
    return null;
  }
}
