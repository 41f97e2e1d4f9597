"""Sizes in bytes, written as people write them."""

from __future__ import annotations

import re

from imagehub.errors import InvalidValue

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_UNITS |= {"KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}


def parse_size(size: int | str) -> int:
    """Bytes of a size: a number, or a text as ``"256MB"`` or ``"2 GiB"``.

    :raises InvalidValue: it is neither.
    """
    if isinstance(size, int):
        if size < 0:
            raise InvalidValue(f"a size of {size} bytes is negative")
        return size
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", size)
    if found is None or found[2].upper() not in _UNITS:
        raise InvalidValue(f"{size!r} is not a size; expected a number of bytes, or a text like '256MB' or '2GiB'")
    return int(float(found[1]) * _UNITS[found[2].upper()])
