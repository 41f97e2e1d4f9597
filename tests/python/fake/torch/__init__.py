"""What `imagehub` uses of PyTorch, over NumPy. With the real one installed, the tests use that."""

import numpy

int64 = "int64"


class Tensor(numpy.ndarray):
    """An array with a tensor's methods."""

    def detach(self):
        return self

    def cpu(self):
        return self

    def numpy(self):
        return self.view(numpy.ndarray)

    def fill_(self, value):
        self[...] = value
        return self

    def share_memory_(self):
        return self

    def pin_memory(self):
        return self

    def to(self, device, non_blocking=False):
        assert device == "cpu"
        return self


def from_numpy(array):
    if array.dtype in ("uint16", "uint32", "uint64"):
        raise TypeError(f"can't convert {array.dtype}")
    return array.view(Tensor)


def zeros(shape, dtype):
    return numpy.zeros(shape, dtype).view(Tensor)
