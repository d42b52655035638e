/**
 * TLS and authentication, as configured by flags or by the exporters' web configuration file: which
 * certificate a connection gets, and whose requests are served. {@link
 * io.katamonitor.tls.ConfiguredSecurity} is the entry. No class of this package is loaded unless
 * one of them is set. Files are read, and passwords checked, on threads of its own.
 */
@NullMarked
package io.katamonitor.tls;

import org.jspecify.annotations.NullMarked;
