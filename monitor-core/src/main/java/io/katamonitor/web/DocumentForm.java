package io.katamonitor.web;

/** The documents that viewers share. */
public enum DocumentForm {
  /** The page, for a browser. */
  PAGE(Page.HTML),
  JSON(Page.JSON),
  /** JSON with the history of each sandbox. */
  JSON_WITH_HISTORY(Page.JSON);

  private final String mediaType;

  DocumentForm(String mediaType) {
    this.mediaType = mediaType;
  }

  public String mediaType() {
    return mediaType;
  }

  /** Value of the header {@code Content-Security-Policy}; empty for none. */
  public String securityPolicy() {
    return this == PAGE ? PageResources.SECURITY_POLICY : "";
  }
}
