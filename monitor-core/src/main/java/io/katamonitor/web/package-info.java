/**
 * Responses for people and service discovery: the page and its JSON, the index, the list of
 * sandboxes, the targets. Text of pods, guests and shims is escaped.
 *
 * <p>{@link io.katamonitor.web.SnapshotSource} collects a {@link io.katamonitor.web.NodeSnapshot};
 * {@link io.katamonitor.web.DocumentService} renders it at most once a second as page or JSON
 * ({@code PageParts}, {@code JsonParts}), a {@link io.katamonitor.web.Document} that all viewers
 * share. The lists are rendered for each request from the registry's snapshot. Confined to the
 * event loop.
 */
@NullMarked
package io.katamonitor.web;

import org.jspecify.annotations.NullMarked;
