package io.katamonitor.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.top.Keys.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysTest {
  /** Characters that follow each other at once; a bar is a pause. */
  private static List<Keys.Key> keys(String typed) throws IOException {
    int[] at = {0};
    var keys =
        new Keys(millis -> {
          if (at[0] == typed.length()) {
            return millis == Keys.Source.FOREVER ? -1 : Keys.NOTHING;
          }
          char c = typed.charAt(at[0]);
          if (c != '|') {
            at[0]++;
            return c;
          }
          if (millis == Keys.Source.FOREVER) {
            if (at[0] + 1 == typed.length()) {
              return -1;
            }
            at[0] += 2;
            return typed.charAt(at[0] - 1);
          }
          return Keys.NOTHING;
        });
    var read = new ArrayList<Keys.Key>();
    do {
      read.add(keys.next());
    } while (read.getLast().kind() != Kind.QUIT);
    read.removeLast();
    return read;
  }

  @ParameterizedTest
  @CsvSource({
    "[A, UP", "[B, DOWN", "OA, UP", "OB, DOWN", "[5~, PAGE_UP", "[6~, PAGE_DOWN", "[H, HOME",
    "[F, END", "OH, HOME", "OF, END", "[1~, HOME", "[7~, HOME", "[4~, END", "[8~, END",
    "[1;5A, UP", "[3~, OTHER", "[200~, OTHER", "[Z, OTHER", "x, OTHER"
  })
  void sequencesOfTerminals(String sequence, Kind kind) throws IOException {
    assertThat(keys("\u001b" + sequence + "c"))
        .containsExactly(Keys.Key.of(kind), new Keys.Key(Kind.CHARACTER, 'c'));
  }

  @Test
  void escapeAloneIsAKey() throws IOException {
    assertThat(keys("\u001b|a"))
        .containsExactly(Keys.Key.of(Kind.ESCAPE), new Keys.Key(Kind.CHARACTER, 'a'));
    assertThat(keys("\u001b")).containsExactly(Keys.Key.of(Kind.ESCAPE));
  }

  @Test
  void controlCharactersAreKeys() throws IOException {
    assertThat(keys("\r\n\b\u007f\u0001"))
        .extracting(Keys.Key::kind)
        .containsExactly(Kind.ENTER, Kind.ENTER, Kind.BACKSPACE, Kind.BACKSPACE, Kind.OTHER);
  }

  @Test
  void controlCAndControlDQuit() throws IOException {
    assertThat(keys("a\u0003b")).hasSize(1);
    assertThat(keys("a\u0004b")).hasSize(1);
  }

  @Test
  void pairsOfSurrogatesAreOneCharacter() throws IOException {
    assertThat(keys("\ud83d\ude00")).containsExactly(new Keys.Key(Kind.CHARACTER, 0x1f600));
    assertThat(keys("\ud83d|")).startsWith(Keys.Key.of(Kind.OTHER));
  }

  @Test
  void sequenceWithoutAnEndIsAbandoned() throws IOException {
    assertThat(keys("\u001b[" + "1".repeat(16) + "a"))
        .containsExactly(Keys.Key.of(Kind.OTHER), new Keys.Key(Kind.CHARACTER, 'a'));
  }
}
