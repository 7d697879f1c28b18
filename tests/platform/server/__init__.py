"""The HTTP side of the reference platform: pygeoapi with a provider plugin, and what pygeoapi lacks in front of it."""
