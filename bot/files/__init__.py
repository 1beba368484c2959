"""Files people write: configuration, playbooks, people lists; read with line and column."""
