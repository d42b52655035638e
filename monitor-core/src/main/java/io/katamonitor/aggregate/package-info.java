/**
 * The node's answer: the bodies of all sandboxes merged family by family, with each sandbox's
 * labels put in, produced piece by piece while the client reads. Confined to the event loop.
 */
@NullMarked
package io.katamonitor.aggregate;

import org.jspecify.annotations.NullMarked;
