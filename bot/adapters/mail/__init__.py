"""E-mail as a platform of the house: for rooms that no chat reaches any more."""
