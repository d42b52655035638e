package io.katamonitor.merge;

import io.katamonitor.exposition.FamilyType;

/**
 * A declaration of a sandbox that was rejected, as more sandboxes have another.
 *
 * @param body index of the sandbox's body among those that were merged
 * @param family the name
 * @param declared the type that the sandbox declares
 */
public record TypeConflict(int body, String family, FamilyType declared) {}
