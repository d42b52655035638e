/**
 * Runs the shipped artifacts like an operator: the image in a container with the chart's limits,
 * the Debian package from installation to purge, both over a simulated node.
 */
@NullMarked
package io.katamonitor.docker;

import org.jspecify.annotations.NullMarked;
