package io.katamonitor.merge;

import io.katamonitor.exposition.SamplePart;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which declarations of families are accepted for a response. Two declarations are in
 * conflict if they have one name and different types, or if the name of one is that of samples of
 * the other, as {@code x_count} beside a histogram {@code x}. Of those in conflict the declaration
 * of the most sandboxes is accepted; in a tie, that of the first sandbox.
 *
 * <p>Samples of a rejected declaration keep their names. They go to the accepted family to which
 * their name belongs, else to an untyped family of their name. Confined to one thread.
 */
final class ConflictResolution {
  private static final SamplePart[] PARTS = SamplePart.values();

  private final Map<String, Declaration> byName;
  private final Map<String, Declaration> accepted = new HashMap<>();

  private ConflictResolution(Map<String, Declaration> byName) {
    this.byName = byName;
  }

  /**
   * Resolves the conflicts between declarations.
   *
   * @param byName the declarations by name; rejected ones are marked
   * @return null if there is no conflict
   */
  static @Nullable ConflictResolution resolve(Map<String, Declaration> byName) {
    var resolution = new ConflictResolution(byName);
    if (!resolution.hasConflict()) {
      return null;
    }
    resolution.acceptMostDeclared();
    return resolution;
  }

  private boolean hasConflict() {
    for (var declaration : byName.values()) {
      if (declaration.sameName != null) {
        return true;
      }
      if (declaration.type.hasParts()) {
        for (var part : PARTS) {
          if (part != SamplePart.PLAIN
              && part.isOf(declaration.type)
              && byName.containsKey(declaration.name() + part.suffix())) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private void acceptMostDeclared() {
    var all = new ArrayList<Declaration>();
    for (var first : byName.values()) {
      for (var one = first; one != null; one = one.sameName) {
        all.add(one);
      }
    }
    all.sort(Declaration::compare);
    for (var declaration : all) {
      if (isInConflict(declaration)) {
        declaration.isRejected = true;
      } else {
        accepted.put(declaration.name(), declaration);
      }
    }
  }

  private boolean isInConflict(Declaration declaration) {
    var name = declaration.name();
    if (accepted.containsKey(name)) {
      return true;
    }
    for (var part : PARTS) {
      if (part == SamplePart.PLAIN) {
        continue;
      }
      if (part.isOf(declaration.type) && accepted.containsKey(name + part.suffix())) {
        return true;
      }
      if (ownerOf(name, part) != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * The accepted family to which samples with this name belong as that part; null if there is none.
   */
  private @Nullable Declaration ownerOf(String name, SamplePart part) {
    if (!name.endsWith(part.suffix())) {
      return null;
    }
    var owner = accepted.get(name.substring(0, name.length() - part.suffix().length()));
    return owner != null && part.isOf(owner.type) ? owner : null;
  }

  /** The accepted declaration to which samples with this name go; null if there is none. */
  @Nullable Declaration ownerOf(String sampleName) {
    for (var part : PARTS) {
      var owner = ownerOf(sampleName, part);
      if (owner != null) {
        return owner;
      }
    }
    return null;
  }

  /** Accepts an untyped family for samples that have no owner. */
  Declaration addUntyped(Declaration rejected, String sampleName) {
    var untyped = new Declaration(sampleName, rejected.firstBody);
    accepted.put(sampleName, untyped);
    return untyped;
  }

  /** Families without a HELP text get that of a rejected declaration with the same name. */
  void completeHelp() {
    for (var one : rejected()) {
      var target = accepted.get(one.name());
      if (target != null && target.help == null) {
        target.help = one.help;
      }
    }
  }

  /** All accepted declarations, with those that {@link #addUntyped} added. */
  Collection<Declaration> accepted() {
    return accepted.values();
  }

  /** The rejected declarations, those of the most sandboxes first. */
  List<Declaration> rejected() {
    var rejected = new ArrayList<Declaration>();
    for (var first : byName.values()) {
      for (var one = first; one != null; one = one.sameName) {
        if (one.isRejected) {
          rejected.add(one);
        }
      }
    }
    rejected.sort(Declaration::compare);
    return rejected;
  }
}
