/** A check that runs with every test, and waiting in tests. */
@NullMarked
package io.katamonitor.guard;

import org.jspecify.annotations.NullMarked;
