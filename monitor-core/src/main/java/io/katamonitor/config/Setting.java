package io.katamonitor.config;

/**
 * A flag and its value, for the log.
 *
 * @param value never empty
 */
public record Setting(String flag, String value) {}
