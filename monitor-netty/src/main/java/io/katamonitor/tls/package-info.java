/**
 * TLS and authentication, as configured by flags or by the exporters' web configuration file: the
 * certificate of the server, and which clients have access. {@link
 * io.katamonitor.tls.ConfiguredSecurity} is the entry. Without such flags no class of this package
 * is loaded. Its own threads read files and check passwords.
 */
@NullMarked
package io.katamonitor.tls;

import org.jspecify.annotations.NullMarked;
