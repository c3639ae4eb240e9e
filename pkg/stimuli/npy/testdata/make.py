"""Writes the files beside it with numpy itself (made with numpy 1.24.2).

Element i, in C order, of a readable array is what value() in read_test.go gives.
"""
import hashlib
import os

import numpy as np
from numpy.lib import format

os.chdir(os.path.dirname(os.path.abspath(__file__)))


def values(kind, shape):
    i = np.arange(np.prod(shape))
    v = {
        "b": i * 7 % 3 % 2,
        "u": i * 37 % 251,
        "i": i * 37 % 251 - 125,
        "f": (i * 37 % 2001 - 1000) / 4,
    }[kind]
    return v.reshape(shape)


def save(name, dtype, shape, order="C", version=None):
    array = values(np.dtype(dtype).kind, shape).astype(dtype, order=order)
    with open(name + ".npy", "wb") as f:
        format.write_array(f, array, version=version)


save("f2", "<f2", (6, 5))
save("f4_fortran_4d", "<f4", (4, 2, 3, 2), order="F")
save("f8_big_fortran_3d", ">f8", (3, 4, 2), order="F", version=(2, 0))
save("f4_v3", "<f4", (5, 3), version=(3, 0))
save("f8_1d", "<f8", (7,))
save("i8", "<i8", (3, 4))
save("u2_big", ">u2", (3, 4))
save("i1_fortran", "i1", (3, 4), order="F")
save("bool", "?", (4, 3))

np.save("half_special.npy", np.array(
    [0x0000, 0x8000, 0x0001, 0x8001, 0x03FF, 0x0400, 0x3C00, 0x7BFF, 0xFBFF, 0x7C00, 0xFC00, 0x7E00],
    dtype="<u2").view("<f2"))

# What the reader must refuse.
np.save("bad_object.npy", np.array([[1, "a"], [None, 2.0]], dtype=object))
np.save("bad_string.npy", np.array(["cat", "dog"]))
np.save("bad_bytes.npy", np.array([b"cat", b"dog"]))
np.save("bad_complex.npy", np.zeros((2, 2), "c8"))
np.save("bad_date.npy", np.zeros(3, "M8[ms]"))
np.save("bad_timedelta.npy", np.zeros(3, "m8[s]"))
np.save("bad_longdouble.npy", np.zeros((1, 2), np.longdouble))
np.save("bad_structured.npy", np.zeros(2, [("x", "<f4"), ("y", "<i2", (2,))]))
np.save("bad_void.npy", np.zeros((2, 2), "V2"))
np.save("bad_scalar.npy", np.float64(3))
np.save("bad_empty.npy", np.zeros((0, 4)))

# All half-precision numbers but NaN as float32, for TestHalfAgainstNumpy.
half = np.arange(1 << 16, dtype="<u2").view("<f2").astype("<f4")
print("halves:", hashlib.sha256(half[~np.isnan(half)].tobytes()).hexdigest())
