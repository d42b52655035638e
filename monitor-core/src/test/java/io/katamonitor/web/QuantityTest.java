package io.katamonitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuantityTest {
  @Test
  void bytesHaveThreeDigits() {
    assertThat(Quantity.bytes(0)).isEqualTo("0 B");
    assertThat(Quantity.bytes(-1)).isEqualTo("0 B");
    assertThat(Quantity.bytes(999)).isEqualTo("999 B");
    assertThat(Quantity.bytes(1000)).isEqualTo("0.98 KiB");
    assertThat(Quantity.bytes(1300L << 20)).isEqualTo("1.27 GiB");
    assertThat(Quantity.bytes(300L << 20)).isEqualTo("300 MiB");
    assertThat(Quantity.bytes(Long.MAX_VALUE)).isEqualTo("8 EiB");
  }

  @Test
  void coresAreToTheThousandth() {
    assertThat(Quantity.cores(0)).isEqualTo("0");
    assertThat(Quantity.cores(0.0004)).isEqualTo("0");
    assertThat(Quantity.cores(0.0126)).isEqualTo("0.013");
    assertThat(Quantity.cores(0.25)).isEqualTo("0.250");
    assertThat(Quantity.cores(2)).isEqualTo("2.00");
    assertThat(Quantity.cores(-1)).isEqualTo("0");
    assertThat(Quantity.cores(1.256)).isEqualTo("1.26");
    assertThat(Quantity.cores(12.345)).isEqualTo("12.3");
    assertThat(Quantity.cores(123.45)).isEqualTo("123");
  }

  @Test
  void timesHaveOneUnit() {
    assertThat(Quantity.duration(0.0123)).isEqualTo("12 ms");
    assertThat(Quantity.duration(3)).isEqualTo("3 s");
    assertThat(Quantity.duration(2.345)).isEqualTo("2.35 s");
    assertThat(Quantity.age(-5)).isEqualTo("0 s");
    assertThat(Quantity.age(89.9)).isEqualTo("89 s");
    assertThat(Quantity.age(90)).isEqualTo("1 min");
    assertThat(Quantity.age(5400)).isEqualTo("1 h");
    assertThat(Quantity.age(172800)).isEqualTo("2 d");
  }
}
