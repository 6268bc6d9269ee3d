"""The crafts, tested one by one."""
