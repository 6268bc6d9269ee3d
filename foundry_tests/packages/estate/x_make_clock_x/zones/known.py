ZONES = {"utc": 0}
