from x_make_common_x.json_contracts import check


def make_event(name):
    return {"command": name, "valid": check({"command": name})}
