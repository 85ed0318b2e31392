"""From plain mappings to typed calls: one module per section of the metrics document."""
