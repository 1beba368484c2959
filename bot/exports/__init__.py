"""Record → document. Pure: entries in, bytes out."""
