package io.katamonitor.merge;

import io.katamonitor.template.DecodedBody;

/** A body, and the labels that each of its samples gets. */
public record LabeledBody(SandboxLabels labels, DecodedBody body) {}
