/**
 * The sandboxes of this node, the sockets of their shims, their pods, and whether their shims may
 * be scraped.
 *
 * <ul>
 *   <li>Discovery: {@link io.katamonitor.sandbox.SandboxDiscovery} follows each storage root on a
 *       thread of its own and writes the {@link io.katamonitor.sandbox.SandboxRegistry}, which any
 *       thread reads as immutable snapshots.
 *   <li>Pod labels: {@link io.katamonitor.sandbox.PodMetadataResolver}, on the event loop, adds the
 *       pod as soon as the container runtime knows it.
 *   <li>Permission: {@link io.katamonitor.sandbox.DirectoryScrapePolicy} checks the sandbox's
 *       directory on a file thread before each attempt to connect ({@code ShimDirectory} has the
 *       decision table). {@link io.katamonitor.sandbox.KataRuntimes} has the facts about Kata that
 *       it is based on, with their sources.
 * </ul>
 */
@NullMarked
package io.katamonitor.sandbox;

import org.jspecify.annotations.NullMarked;
