"""The doctor: what each check sees, and that none of them shows a secret."""
