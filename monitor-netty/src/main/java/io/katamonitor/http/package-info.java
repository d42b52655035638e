/** HTTP code that the server and the shim client share. */
@NullMarked
package io.katamonitor.http;

import org.jspecify.annotations.NullMarked;
