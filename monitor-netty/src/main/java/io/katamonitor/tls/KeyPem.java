package io.katamonitor.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/**
 * Private keys in PEM: PKCS #8, which the JDK reads, and OpenSSL's older forms for RSA (PKCS #1,
 * RFC 8017 appendix A.1.2) and elliptic curves (SEC 1, RFC 5915), which are put into a PKCS #8
 * envelope (RFC 5208) first: cert-manager writes PKCS #1 by default.
 */
final class KeyPem {
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  /** SEQUENCE { OBJECT IDENTIFIER rsaEncryption, NULL }. */
  private static final byte[] RSA = {
    0x30,
    0x0D,
    0x06,
    0x09,
    0x2A,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xF7,
    0x0D,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  /** OBJECT IDENTIFIER id-ecPublicKey. */
  private static final byte[] EC = {
    0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01
  };

  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int CONTEXT_0 = 0xA0;

  private KeyPem() {}

  /** The first private key of a PEM text. */
  static PrivateKey parse(String text, String name) throws SecuritySetupException {
    for (var block : PemBlock.parse(text, name)) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return key(block.der(), name);
        }
        case "RSA PRIVATE KEY" -> {
          return key(envelope(RSA, block.der()), name);
        }
        case "EC PRIVATE KEY" -> {
          var algorithm = element(SEQUENCE, EC, curve(block.der(), name));
          return key(envelope(algorithm, block.der()), name);
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw new SecuritySetupException(name + " is encrypted, which is not supported");
        default -> {} // A certificate, or EC PARAMETERS, which the key repeats.
      }
    }
    throw new SecuritySetupException(name + " has no private key in it");
  }

  private static PrivateKey key(byte[] pkcs8, String name) throws SecuritySetupException {
    for (var algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException _) {
        // Another algorithm, or not a key.
      }
    }
    throw new SecuritySetupException(name + " has no RSA, EC or Ed25519 key in it");
  }

  private static byte[] envelope(byte[] algorithm, byte[] key) {
    return element(SEQUENCE, VERSION_0, algorithm, element(OCTET_STRING, key));
  }

  /** The curve's identifier: element [0] of ECPrivateKey, after version and key. */
  private static byte[] curve(byte[] sec1, String name) throws SecuritySetupException {
    try {
      int at = contentAt(sec1, 0);
      while (at < sec1.length) {
        int content = contentAt(sec1, at);
        int length = lengthAt(sec1, at);
        if ((sec1[at] & 0xFF) == CONTEXT_0) {
          return Arrays.copyOfRange(sec1, content, content + length);
        }
        at = content + length;
      }
    } catch (ArrayIndexOutOfBoundsException malformed) {
      // Reported below.
    }
    throw new SecuritySetupException(name + " has a key that names no curve");
  }

  private static int lengthAt(byte[] der, int at) {
    int first = der[at + 1] & 0xFF;
    int length = 0;
    for (int i = 0; i < first - 0x80; i++) {
      length = (length << 8) | (der[at + 2 + i] & 0xFF);
    }
    return first < 0x80 ? first : length;
  }

  private static int contentAt(byte[] der, int at) {
    int first = der[at + 1] & 0xFF;
    return at + 2 + Math.max(0, first - 0x80);
  }

  private static byte[] element(int tag, byte[]... contents) {
    int length = 0;
    for (var content : contents) {
      length += content.length;
    }
    var out = new ByteArrayOutputStream(length + 4);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    for (var content : contents) {
      out.writeBytes(content);
    }
    return out.toByteArray();
  }
}
