"""What a stream hands out: NumPy arrays, PyTorch tensors, JAX arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from imagehub.batch import Batch, as_torch
from imagehub.errors import InvalidValue

Output = Literal["numpy", "torch", "jax", "arrow", "bytes"]
OUTPUTS = ("numpy", "torch", "jax", "arrow", "bytes")


def check(output: str, device: object, pin: bool | None, is_decoded: bool, location: str) -> None:
    """Refuses settings that don't go together.

    :raises InvalidValue: an unknown output; a device or pinned memory without PyTorch or JAX; bytes of decoded images.
    """
    if output not in OUTPUTS:
        message = f"output is {output!r}, expected one of {', '.join(map(repr, OUTPUTS))}"
        raise InvalidValue(message, location=location)
    if device is not None and output not in ("torch", "jax"):
        message = f"device={device!r} needs output='torch' or 'jax', found {output!r}"
        raise InvalidValue(message, location=location)
    if pin and output != "torch":
        raise InvalidValue(f"pin=True needs output='torch', found {output!r}", location=location)
    if output == "bytes" and is_decoded:
        message = "output='bytes' gives media as they were pushed; leave out the transform, or take another output"
        raise InvalidValue(message, location=location)


def converter(output: str, device: Any, pin: bool | None) -> Callable[[Batch], Batch] | None:
    """What becomes of each batch; ``None``: nothing."""
    if output == "torch":
        return lambda batch: _torch(batch, device, pin)
    if output == "jax":
        return lambda batch: _jax(batch, device)
    return None


def _torch(batch: Batch, device: Any, pin: bool | None) -> Batch:
    if pin is None:
        # Copies to a GPU go on in the background only from such memory.
        pin = str(device).startswith("cuda")
    if pin:
        batch = batch.pin_memory()
    if device is not None:
        return batch.to(device)
    return Batch({name: as_torch(column) for name, column in batch.items()})


def _jax(batch: Batch, device: Any) -> Batch:
    import jax

    def array(column: Any) -> Any:
        return column if isinstance(column, list) else jax.device_put(column, device)

    return Batch({name: array(column) for name, column in batch.items()})
