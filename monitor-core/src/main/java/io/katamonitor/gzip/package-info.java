/**
 * Deflate (RFC 1951) and gzip (RFC 1952) for a writer that knows where its text stood before: it
 * names the matches, so that nothing is searched for. Confined to one thread.
 */
@NullMarked
package io.katamonitor.gzip;

import org.jspecify.annotations.NullMarked;
