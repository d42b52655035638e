/** Checks that run with every test. */
@NullMarked
package io.katamonitor.guard;

import org.jspecify.annotations.NullMarked;
