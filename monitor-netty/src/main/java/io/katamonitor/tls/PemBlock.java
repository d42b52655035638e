package io.katamonitor.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * One block of a PEM file (RFC 7468).
 *
 * @param label {@code CERTIFICATE}, for example
 * @param der its decoded content
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared or modified.
record PemBlock(String label, byte[] der) {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  /**
   * All blocks, in their order; text between them is skipped.
   *
   * @param name of the text in error messages
   */
  static List<PemBlock> parse(String text, String name) throws SecuritySetupException {
    var blocks = new ArrayList<PemBlock>();
    int at = text.indexOf(BEGIN);
    while (at >= 0) {
      int labelEnd = text.indexOf(DASHES, at + BEGIN.length());
      if (labelEnd < 0) {
        throw new SecuritySetupException(name + " has a PEM block that does not begin well");
      }
      String label = text.substring(at + BEGIN.length(), labelEnd);
      int end = text.indexOf(END + label + DASHES, labelEnd);
      if (end < 0) {
        throw new SecuritySetupException(name + " has a PEM block that does not end");
      }
      blocks.add(new PemBlock(label, decoded(text.substring(labelEnd + 5, end), name)));
      at = text.indexOf(BEGIN, end);
    }
    return blocks;
  }

  private static byte[] decoded(String body, String name) throws SecuritySetupException {
    if (body.indexOf(':') >= 0) { // Proc-Type: 4,ENCRYPTED
      throw new SecuritySetupException(name + " is encrypted, which is not supported");
    }
    try {
      return Base64.getMimeDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      throw new SecuritySetupException(name + " has a PEM block that is not base 64");
    }
  }
}
