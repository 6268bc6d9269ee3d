"""Every fault of an upload, tried against the foundry's real sending, and against its peers."""
