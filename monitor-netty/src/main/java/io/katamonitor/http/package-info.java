/** What server and shim client share of HTTP. */
@NullMarked
package io.katamonitor.http;

import org.jspecify.annotations.NullMarked;
