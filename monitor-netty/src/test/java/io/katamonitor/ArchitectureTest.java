package io.katamonitor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The layers: core has the logic and no network code; the other modules are adapters and depend on
 * core.
 */
@AnalyzeClasses(
    packages = "io.katamonitor",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.OnlyTheDaemon.class})
final class ArchitectureTest {
  /** Neither the simulated node nor the generated stubs. */
  static final class OnlyTheDaemon implements ImportOption {
    @Override
    public boolean includes(com.tngtech.archunit.core.importer.Location location) {
      return location.contains("monitor-core") || location.contains("monitor-netty");
    }
  }

  private static final String[] CORE = {
    "io.katamonitor.config..",
    "io.katamonitor.encode..",
    "io.katamonitor.exposition..",
    "io.katamonitor.json..",
    "io.katamonitor.lifecycle..",
    "io.katamonitor.log..",
    "io.katamonitor.memory..",
    "io.katamonitor.merge..",
    "io.katamonitor.web..",
    "io.katamonitor.sandbox..",
    "io.katamonitor.scrape..",
    "io.katamonitor.selfmetrics..",
    "io.katamonitor.template..",
    "io.katamonitor.usage..",
  };

  @ArchTest
  static final ArchRule CORE_KNOWS_THE_JDK_AND_THE_API_OF_LOG4J_ALONE =
      classes()
          .that()
          .resideInAnyPackage(CORE)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              with(
                  CORE,
                  "java..",
                  "javax.management..",
                  "javax.net.ssl..",
                  "org.jspecify.annotations..",
                  "org.apache.logging.log4j",
                  "org.apache.logging.log4j.message..",
                  "org.apache.logging.log4j.spi.."));

  /**
   * A parameter of log4j's own methods whose text is made by log4j could log in turn, and with a
   * full queue AsyncAppender writes such an event at once, in the caller's thread.
   */
  @ArchTest
  static final ArchRule ALL_LOGGING_USES_LOG =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.katamonitor.log..", "io.katamonitor.logging..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.logging.log4j..");

  @ArchTest
  static final ArchRule NOTHING_REACHES_INTO_THE_MAIN_CLASS =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.katamonitor")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.katamonitor");

  @ArchTest
  static final ArchRule SERVER_KNOWS_NO_SHIMS_AND_NO_RUNTIME =
      noClasses()
          .that()
          .resideInAnyPackage("io.katamonitor.server..", "io.katamonitor.tls..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.katamonitor.endpoint..",
              "io.katamonitor.shim..",
              "io.katamonitor.cri..",
              "io.katamonitor.sandbox..",
              "io.grpc..");

  @ArchTest
  static final ArchRule GRPC_STAYS_WITH_THE_RUNTIME =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.katamonitor.cri..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..");

  @ArchTest
  static final ArchRule PACKAGES_FORM_NO_CYCLE =
      slices().matching("io.katamonitor.(*)..").should().beFreeOfCycles();

  private static String[] with(String[] packages, String... more) {
    var all = java.util.Arrays.copyOf(packages, packages.length + more.length);
    System.arraycopy(more, 0, all, packages.length, more.length);
    return all;
  }
}
