def check(payload):
    return isinstance(payload, dict) and "command" in payload
