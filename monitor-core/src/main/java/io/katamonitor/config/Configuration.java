package io.katamonitor.config;

import io.katamonitor.log.Level;
import io.katamonitor.log.LogFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the command line. Each component is the flag of the same name.
 *
 * @param listenAddresses at least one
 * @param runtimeEndpoint the CRI runtime's socket, absolute
 * @param sandboxesPaths at least one, absolute
 * @param scrapeTimeout maximum time for one shim
 * @param timeoutOffset subtracted from the timeout that the scraper announces
 * @param maxConcurrentShims limit of shims that are scraped at the same time
 * @param maxRequests limit of concurrent requests to /metrics; 0 for no limit
 * @param maxShimResponseBytes a larger response of a shim is rejected
 * @param maxShimSamples a response of a shim with more samples is rejected
 * @param memoryBudgetBytes what clients, guests and runtimes can make the process hold off the heap
 * @param cgroupRoot the host's cgroup file system, absolute; null if pod usage is not read
 * @param families which families are served
 * @param tls null without TLS flags; excludes {@code webConfigFile}
 * @param webConfigFile the Prometheus exporters' web configuration file, null for none
 */
public record Configuration(
    List<ListenAddress> listenAddresses,
    Path runtimeEndpoint,
    Level logLevel,
    LogFormat logFormat,
    List<Path> sandboxesPaths,
    Duration scrapeTimeout,
    Duration timeoutOffset,
    int maxConcurrentShims,
    int maxRequests,
    int maxShimResponseBytes,
    int maxShimSamples,
    long memoryBudgetBytes,
    RuntimeRsScrape runtimeRsScrape,
    @Nullable Path cgroupRoot,
    boolean allowForeignFamilies,
    FamilyFilter families,
    boolean debugEndpoints,
    @Nullable TlsFiles tls,
    @Nullable Path webConfigFile) {
  public Configuration {
    listenAddresses = List.copyOf(listenAddresses);
    sandboxesPaths = List.copyOf(sandboxesPaths);
    require(!listenAddresses.isEmpty(), "there is no address to listen on");
    require(!sandboxesPaths.isEmpty(), "there is no storage root to watch");
    require(runtimeEndpoint.isAbsolute(), "the runtime's endpoint is not an absolute path");
    require(scrapeTimeout.isPositive() && !timeoutOffset.isNegative(), "a timeout is out of range");
    require(
        maxConcurrentShims > 0
            && maxRequests >= 0
            && maxShimResponseBytes > 0
            && maxShimSamples > 0
            && memoryBudgetBytes > 0,
        "a limit is out of range");
    require(
        tls == null || webConfigFile == null,
        "-tls-cert-file and -web-config-file exclude each other: the web configuration file names"
            + " the certificate itself");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
