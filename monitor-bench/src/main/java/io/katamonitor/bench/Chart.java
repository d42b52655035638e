package io.katamonitor.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws how CPU and memory grow with the number of sandboxes, as PNG and SVG. */
final class Chart {
  private Chart() {}

  static void write(List<Report.Size> sizes, Path folder) throws IOException {
    var cpu = chart("CPU of one scrape", "ms");
    for (var format : Format.values()) {
      add(cpu, format.label(), sizes, size -> size.medianCpu(format));
    }
    add(cpu, "C floor", sizes, size -> size.floorCpu().median());
    save(cpu, folder.resolve("growth-cpu"));
    var memory = chart("Peak resident memory", "MiB");
    add(memory, "kata-monitor", sizes, size -> size.peakKib() / 1024.0);
    add(memory, "C floor", sizes, size -> size.floorPeakKib() / 1024.0);
    save(memory, folder.resolve("growth-memory"));
  }

  private static XYChart chart(String title, String unit) {
    var chart =
        new XYChartBuilder()
            .width(720)
            .height(420)
            .title(title)
            .xAxisTitle("sandboxes")
            .yAxisTitle(unit)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setMarkerSize(6);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    return chart;
  }

  private static void add(
      XYChart chart, String name, List<Report.Size> sizes, ToDoubleFunction<Report.Size> value) {
    var x = sizes.stream().mapToDouble(Report.Size::sandboxes).toArray();
    chart.addSeries(name, x, sizes.stream().mapToDouble(value).toArray());
  }

  private static void save(XYChart chart, Path file) throws IOException {
    BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
  }
}
