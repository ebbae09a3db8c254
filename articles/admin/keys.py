"""Primary keys as addresses and forms write them."""

import re

# Any more digits are none of ours, and more than databases or Python take.
_KEY = re.compile(r"\d{1,18}", re.ASCII)


def key_in(text: str) -> int | None:
    """The key that a text is; None for what is none."""
    return int(text) if _KEY.fullmatch(text) else None
