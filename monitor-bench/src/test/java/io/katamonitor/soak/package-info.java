@org.jspecify.annotations.NullMarked
package io.katamonitor.soak;
