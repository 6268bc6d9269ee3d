"""Says hello."""

__all__ = ["greet"]


def greet(name: str, *, loudly: bool = False) -> str:
    """Give a greeting for `name`."""
    greeting = f"Hello, {name}!"
    return greeting.upper() if loudly else greeting
