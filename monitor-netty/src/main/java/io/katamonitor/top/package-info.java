/**
 * {@code kata-monitor top}: the sandboxes of a running monitor as a table in a terminal.
 *
 * <p>A separate program in the daemon's jar. The daemon loads no class of it or of JLine, which
 * only this package uses, so that it has no cost for the daemon. It gets Netty's classes from the
 * daemon's AOT cache.
 *
 * <p>Order of work: {@link io.katamonitor.top.TopOptions} reads the command line, {@link
 * io.katamonitor.top.MonitorClient} requests {@code /sandboxes}, {@link
 * io.katamonitor.top.ReportReader} picks its values, {@link io.katamonitor.top.TableState} filters,
 * sorts and selects, {@link io.katamonitor.top.Layout} draws lines, {@link
 * io.katamonitor.top.TerminalScreen} shows them. Text of pods, guests and monitors passes {@link
 * io.katamonitor.top.SafeText} before it is laid out.
 */
@NullMarked
package io.katamonitor.top;

import org.jspecify.annotations.NullMarked;
