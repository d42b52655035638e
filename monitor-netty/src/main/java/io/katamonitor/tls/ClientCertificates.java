package io.katamonitor.tls;

import io.netty.util.NetUtil;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Verifies certificates of clients: they must be issued by the client CA, if verification is
 * configured, and have one of the allowed subject alternative names, if any are configured.
 */
final class ClientCertificates extends X509ExtendedTrustManager {
  private final @Nullable X509ExtendedTrustManager authorities;
  private final List<String> allowedSans;

  /**
   * @param authorities null to accept any issuer
   */
  ClientCertificates(@Nullable X509ExtendedTrustManager authorities, List<String> allowedSans) {
    this.authorities = authorities;
    this.allowedSans = allowedSans;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    if (authorities != null) {
      authorities.checkClientTrusted(chain, type, engine);
    }
    if (!allowedSans.isEmpty() && !isAllowed(chain[0])) {
      throw new CertificateException("none of the certificate's names is allowed");
    }
  }

  private boolean isAllowed(X509Certificate certificate) throws CertificateException {
    var names = certificate.getSubjectAlternativeNames();
    if (names == null) {
      return false;
    }
    for (var name : names) {
      if (name.get(1) instanceof String text && isAllowed((Integer) name.get(0), text)) {
        return true;
      }
    }
    return false;
  }

  /** The numbers of the kinds are those of GeneralName (RFC 5280 section 4.2.1.6). */
  private boolean isAllowed(int kind, String name) {
    return switch (kind) {
      case 1, 2, 6 -> allowedSans.contains(name);
      case 7 -> allowedSans.stream().anyMatch(allowed -> isSameAddress(allowed, name));
      default -> false;
    };
  }

  private static boolean isSameAddress(String allowed, String address) {
    byte[] one = NetUtil.createByteArrayFromIpAddressString(allowed);
    return one != null && Arrays.equals(one, NetUtil.createByteArrayFromIpAddressString(address));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities == null ? new X509Certificate[0] : authorities.getAcceptedIssuers();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("no sockets here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("no sockets here");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("this is a server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this is a server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this is a server");
  }
}
