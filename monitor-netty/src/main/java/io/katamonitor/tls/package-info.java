/**
 * TLS and authentication, as flags or the exporters' web configuration file ask for it: which
 * certificate a connection sees, and whose requests are served. No class of this package is loaded
 * without them. Files are read, and passwords checked, on threads of its own.
 */
@NullMarked
package io.katamonitor.tls;

import org.jspecify.annotations.NullMarked;
