@NullMarked
package io.katamonitor.top;

import org.jspecify.annotations.NullMarked;
