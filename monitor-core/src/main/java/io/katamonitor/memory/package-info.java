/**
 * Memory that clients, guests and runtimes can make grow: the budget with its accounts ({@link
 * io.katamonitor.memory.MemoryBudget}), and a bounded store of pages off the heap.
 *
 * <p>Example. Three bodies append their values to a {@link io.katamonitor.memory.PagedBytes} each,
 * 6,000, 900 and 2,048 bytes. With pages of 2,048 bytes they take 3, 1 and 1 pages of one slab of
 * 131,072 bytes: {@link io.katamonitor.memory.PageStore#bytesInUse} is 10,240, {@link
 * io.katamonitor.memory.PageStore#bytesHeld} is 131,072. When all three are released, the slab
 * stays until {@link io.katamonitor.memory.PageStore#trim}.
 *
 * <p>Confined to one thread, but for {@link io.katamonitor.memory.OutOfMemoryExit}, which ends the
 * process when the heap is exhausted, on whatever thread.
 */
@NullMarked
package io.katamonitor.memory;

import org.jspecify.annotations.NullMarked;
