package io.katamonitor.soak;

import io.katamonitor.sim.Fault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Bodies of hostile guests, each at a limit of the monitor: 4 MiB, 5,000 samples, 1 MiB lines. Some
 * have new series in each round, so that no learned template matches.
 */
enum AttackBody {
  /** 4 MiB of unique series, new in each round. */
  UNIQUE_SERIES {
    @Override
    void write(StringBuilder text, int sandbox, int round, String healthy) {
      var padding = "x".repeat(780);
      text.append("# TYPE kata_unique").append(sandbox).append(" gauge\n");
      for (int i = 0; i < MAX_SAMPLES; i++) {
        text.append("kata_unique").append(sandbox).append("{series=\"");
        text.append(round).append('_').append(i).append(padding).append("\"} 1\n");
      }
    }
  },
  /** Thousands of families of one sample, with new names in each round. */
  FAMILIES {
    @Override
    void write(StringBuilder text, int sandbox, int round, String healthy) {
      for (int i = 0; i < MAX_SAMPLES; i++) {
        var name = "kata_f" + sandbox + "_" + round + "_" + i;
        text.append("# TYPE ").append(name).append(" gauge\n").append(name).append(" 1\n");
      }
    }
  },
  /** The same with names that one other guest has too, in every round. */
  FAMILIES_OF_TWO {
    @Override
    void write(StringBuilder text, int sandbox, int round, String healthy) {
      int pair = sandbox / ALL.length / 2;
      for (int i = 0; i < MAX_SAMPLES; i++) {
        text.append("kata_p").append(pair).append('_').append(i).append(" 1\n");
      }
    }
  },
  /** One histogram with 4,000 buckets, under new labels in each round. */
  BUCKETS {
    @Override
    void write(StringBuilder text, int sandbox, int round, String healthy) {
      var name = "kata_buckets" + sandbox;
      text.append("# TYPE ").append(name).append(" histogram\n");
      var label = "{round=\"" + round + "\"";
      for (int i = 0; i < 4_000; i++) {
        text.append(name).append("_bucket").append(label);
        text.append(",le=\"").append(i).append("\"} ").append(i).append('\n');
      }
      text.append(name).append("_bucket").append(label).append(",le=\"+Inf\"} 4000\n");
      text.append(name).append("_sum").append(label).append("} 1\n");
      text.append(name).append("_count").append(label).append("} 4000\n");
    }
  },
  /** Lines of 1 MiB: a HELP text, a label value, a comment. */
  LONG_LINES {
    @Override
    void write(StringBuilder text, int sandbox, int round, String healthy) {
      var mebibyte = "v".repeat(1 << 20);
      text.append("# HELP kata_long ").append(mebibyte).append("\n# TYPE kata_long gauge\n");
      text.append("kata_long{a=\"").append(mebibyte).append("\"} 1\nkata_long{");
      for (int i = 0; i < 32; i++) {
        text.append("label").append(i).append("=\"").append(mebibyte, 0, 1_000).append("\",");
      }
      text.append("} 1\n# ").append(mebibyte).append('\n');
    }
  },
  /** Two families whose samples alternate: a segment for each sample. */
  SECTIONS {
    @Override
    void write(StringBuilder text, int sandbox, int round, String healthy) {
      text.append("# TYPE kata_a gauge\n# TYPE kata_b gauge\n");
      for (int i = 0; i < MAX_SAMPLES / 2; i++) {
        var labels = "{k=\"" + sandbox + "_" + round + "_" + i + "\"} 1\n";
        text.append("kata_a").append(labels).append("kata_b").append(labels);
      }
    }
  },
  /** Samples without end, as fast as they are read. */
  ENDLESS {
    @Override
    Fault fault(int sandbox, int round, String healthy) {
      return new Fault.Endless();
    }
  },
  /** A healthy body, one byte per millisecond. */
  DRIBBLE {
    @Override
    Fault fault(int sandbox, int round, String healthy) {
      return new Fault.Slow(1, Duration.ofMillis(1));
    }
  },
  /** A healthy body, with another type for every family. */
  TYPE_CONFLICTS {
    @Override
    void write(StringBuilder text, int sandbox, int round, String healthy) {
      var type = TYPES[(sandbox + round) % TYPES.length];
      healthy
          .lines()
          .forEach(line -> {
            text.append(
                line.startsWith("# TYPE ") ? line.substring(0, line.lastIndexOf(' ')) : line);
            text.append(line.startsWith("# TYPE ") ? type : "").append('\n');
          });
    }
  },
  /** Histograms with whose samples {@link #NAME_CONFLICTS} conflicts. */
  HISTOGRAMS {
    @Override
    void write(StringBuilder text, int sandbox, int round, String healthy) {
      for (int i = 0; i < MAX_SAMPLES / 4; i++) {
        var name = "kata_x" + i;
        text.append("# TYPE ").append(name).append(" histogram\n");
        text.append(name).append("_bucket{le=\"1\"} 1\n");
        text.append(name).append("_bucket{le=\"+Inf\"} 1\n");
        text.append(name).append("_sum 1\n").append(name).append("_count 1\n");
      }
    }
  },
  /** Families that are named like the samples of {@link #HISTOGRAMS}. */
  NAME_CONFLICTS {
    @Override
    void write(StringBuilder text, int sandbox, int round, String healthy) {
      for (int i = 0; i < MAX_SAMPLES / 4; i++) {
        var name = "kata_x" + i;
        text.append("# TYPE ").append(name).append("_count gauge\n");
        text.append(name).append("_count 1\n");
        text.append("# TYPE ").append(name).append("_sum counter\n");
        text.append(name).append("_sum 1\n");
        text.append("# TYPE ").append(name).append("_bucket gauge\n");
        text.append(name).append("_bucket{le=\"3\"} 1\n");
      }
    }
  },
  /** A hundred histograms, of which one bucket each comes in turn. */
  SCATTERED_BUCKETS {
    @Override
    void write(StringBuilder text, int sandbox, int round, String healthy) {
      for (int i = 0; i < 100; i++) {
        text.append("# TYPE kata_s").append(i).append(" histogram\n");
      }
      for (int bucket = 0; bucket < MAX_SAMPLES / 100; bucket++) {
        for (int i = 0; i < 100; i++) {
          text.append("kata_s").append(i).append("_bucket{round=\"").append(round);
          text.append("\",le=\"").append(bucket).append("\"} 1\n");
        }
      }
    }
  };

  /** A little below max-shim-samples. */
  private static final int MAX_SAMPLES = 4_900;

  private static final String[] TYPES = {" counter", " gauge", " untyped"};

  private static final AttackBody[] ALL = values();

  /** The kind of a hostile sandbox: all kinds in rotation. */
  static AttackBody of(int sandbox) {
    return ALL[sandbox % ALL.length];
  }

  /** Appends the body; for those that {@link #fault} is not overridden for. */
  void write(StringBuilder text, int sandbox, int round, String healthy) {
    throw new UnsupportedOperationException(name());
  }

  /**
   * The body as a fault of a simulated shim.
   *
   * @param sandbox number of the hostile sandbox
   * @param round approximate number of the scrape
   * @param healthy body of an honest sandbox
   */
  Fault fault(int sandbox, int round, String healthy) {
    var text = new StringBuilder(1 << 16);
    write(text, sandbox, round, healthy);
    var head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
            + text.length()
            + "\r\n\r\n";
    return new Fault.Raw(text.insert(0, head).toString().getBytes(StandardCharsets.ISO_8859_1));
  }
}
