"""What `imagehub` uses of TensorFlow: `tf.data.Dataset.from_generator`, which checks what it is given."""

import numpy

float32, int64, uint64, uint8, string = "float32", "int64", "uint64", "uint8", "string"


class TensorSpec:
    def __init__(self, shape, dtype):
        self.shape, self.dtype = shape, dtype

    def check(self, value):
        array = numpy.asarray(value)
        assert len(array.shape) == len(self.shape)
        assert all(wanted in (None, length) for wanted, length in zip(self.shape, array.shape, strict=True))
        assert self.dtype == "string" or array.dtype == self.dtype
        return array


class data:
    class Dataset:
        @staticmethod
        def from_generator(generator, output_signature):
            self = data.Dataset()
            self.generator, self.element_spec = generator, output_signature
            return self

        def __iter__(self):
            for element in self.generator():
                assert element.keys() == self.element_spec.keys()
                yield {name: spec.check(element[name]) for name, spec in self.element_spec.items()}
