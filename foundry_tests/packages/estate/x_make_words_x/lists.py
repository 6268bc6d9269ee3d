from pathlib import Path

GREETINGS = Path(__file__).with_name("data").joinpath("greetings.txt").read_text("utf-8").split()
