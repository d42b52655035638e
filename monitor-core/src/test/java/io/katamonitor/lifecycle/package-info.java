@org.jspecify.annotations.NullMarked
package io.katamonitor.lifecycle;
