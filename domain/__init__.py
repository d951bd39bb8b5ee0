"""The rules: grades, review life cycle, evidence, invitations, errors; pure, without I/O."""
