/**
 * Prometheus text, format 0.0.4, of one shim: checked line by line as it arrives and kept as what
 * differs from the bodies before it. Almost every line of a body has the same name and labels as
 * the line in its place in another sandbox's body, so these heads are kept once ({@link
 * io.katamonitor.exposition.FamilyShape}) and a body is a list of shapes and the values that go
 * with them ({@link io.katamonitor.exposition.DecodedBody}). Confined to one thread.
 */
@NullMarked
package io.katamonitor.exposition;

import org.jspecify.annotations.NullMarked;
