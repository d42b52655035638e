/**
 * What people and service discovery read: the index, the list of sandboxes, the targets. From a
 * snapshot of the registry to a text; whatever is not ours is escaped in it. On the event loop.
 */
@NullMarked
package io.katamonitor.web;

import org.jspecify.annotations.NullMarked;
