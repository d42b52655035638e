/** Checks that run beside every test. */
@NullMarked
package io.katamonitor.guard;

import org.jspecify.annotations.NullMarked;
