package io.katamonitor.aggregate;

import io.katamonitor.exposition.DecodedBody;

/** A body and the labels its samples get. */
public record Part(LabelText labels, DecodedBody body) {}
