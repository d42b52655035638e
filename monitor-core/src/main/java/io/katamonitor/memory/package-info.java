/** What happens when the Java heap, or another resource of the virtual machine, is exhausted. */
@NullMarked
package io.katamonitor.memory;

import org.jspecify.annotations.NullMarked;
