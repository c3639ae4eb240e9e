#!/usr/bin/env python3
"""Writes limits.zip: small files that unpack to far more than their rows can need, and
files that are damaged or hold names that are not text.

Run with Debian's python3-numpy and python3-h5py, in this folder.
"""
import io
import os
import tempfile
import zipfile

import h5py
import numpy as np

N = 6
X = (10 * np.arange(N)[:, None] + np.arange(4)).astype("f4")
NAMES = np.array([f"im{i}".encode() for i in range(N)])
GZIP = {"compression": "gzip", "compression_opts": 9}
files = {}


def h5(name, fill, **options):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "f")
        with h5py.File(path, "w", **options) as f:
            fill(f)
        with open(path, "r+b") as f:
            if options.get("userblock_size"):
                f.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64 HDF5 schema 1.00 .".ljust(116) + b"\0" * 8 + b"\x00\x02IM")
        files[name] = open(path, "rb").read()


def features(ids):
    def fill(f):
        f["fc"] = X
        ids(f)
    return fill


def wide(f, name, n, width, chunk):
    d = f.create_dataset(name, shape=(n,), dtype=f"S{width}", chunks=(chunk,), **GZIP)
    for i in range(0, n, chunk):
        d[i:i + chunk] = np.array([b"x" * (width - 1)] * min(chunk, n - i), dtype=f"S{width}")
    return d


h5("many.h5", features(lambda f: f.create_dataset("stimulus_ids", shape=(200_000_000,), dtype="S1", chunks=(1 << 20,), **GZIP)))
h5("many_numbers.h5", features(lambda f: f.create_dataset("ids", shape=(200_000_000,), dtype="i8", chunks=(1 << 17,), **GZIP)))
h5("wide.h5", features(lambda f: wide(f, "stimulus_ids", N, 12_000_000, 1)))
h5("chunk.h5", features(lambda f: f.create_dataset("stimulus_ids", data=NAMES, maxshape=(None,), chunks=(1 << 27,), **GZIP)))


def large_chunk_of_features(f):
    f.create_dataset("fc", data=X, maxshape=(None, None), chunks=(1 << 13, 1 << 13), **GZIP)
    f["stimulus_ids"] = NAMES


h5("chunk_of_features.h5", large_chunk_of_features)


def cells(f):
    f.create_dataset("fc", data=np.asfortranarray(X).T.astype("f8")).attrs["MATLAB_class"] = np.bytes_("double")
    long = f.create_dataset("#refs#/a", data=np.full((1 << 21, 1), ord("x"), "u2"), **GZIP)
    long.attrs["MATLAB_class"] = np.bytes_("char")
    d = f.create_dataset("stimulus_ids", data=np.array([long.ref] * N, dtype=h5py.ref_dtype)[None, :])
    d.attrs["MATLAB_class"] = np.bytes_("cell")


h5("cells.mat", cells, userblock_size=512)


def assembly(n, add, ids=True):
    def fill(f):
        p = f.create_dataset("presentation", data=np.arange(n), **GZIP)
        p.make_scale("presentation")
        q = f.create_dataset("neuroid", data=np.arange(1))
        q.make_scale("neuroid")
        d = f.create_dataset("data", data=np.zeros((n, 1), "f4"), **GZIP)
        d.dims[0].attach_scale(p)
        d.dims[1].attach_scale(q)
        s = f.create_dataset("image_id", data=np.resize(NAMES, n), **GZIP)
        s.dims[0].attach_scale(p)
        m = f.create_dataset("neuroid_id", data=np.array([b"n0"]))
        m.dims[0].attach_scale(q)
        for c, scale in add(f, p, q):
            c.dims[0].attach_scale(scale)
    return fill


def characters(f, p):
    d = f.create_dataset("note", shape=(100, 100_000), dtype="S1", chunks=(1, 100_000), **GZIP)
    d[:] = np.full((100, 100_000), b"x")
    k = f.create_dataset("string100000", data=np.zeros(100_000, "i1"), **GZIP)
    k.make_scale("string100000")
    d.dims[1].attach_scale(k)
    return d


h5("wide.nc", assembly(100, lambda f, p, q: [(wide(f, "note", 100, 100_000, 1), p)]))
h5("wide_neuroid.nc", assembly(N, lambda f, p, q: [(wide(f, "note", 1, 9_000_000, 1), q)]))
h5("characters.nc", assembly(100, lambda f, p, q: [(characters(f, p), p)]))
h5("many_numbers.nc", assembly(1_000_000, lambda f, p, q: [(f.create_dataset(f"c{i}", shape=(1_000_000,), dtype="i1", chunks=(1_000_000,), **GZIP), p) for i in range(12)]))
h5("plain.nc", assembly(N, lambda f, p, q: [(f.create_dataset("note", data=np.array([b"short"] * N)), p)]))



def damaged(name, old, new, fill):
    """Exchanges bytes behind the back of a checksum."""
    h5(name, fill)
    assert files[name].count(old) == 1, name
    files[name] = files[name].replace(old, new)


CHECKED = {"chunks": True, "fletcher32": True}
EXCHANGED = [NAMES[i] for i in (5, 1, 2, 3, 4, 0)]
damaged("checksum_of_ids.h5", b"".join(NAMES), b"".join(EXCHANGED), features(lambda f: f.create_dataset("stimulus_ids", data=NAMES, **CHECKED)))
damaged("checksum_of_any_name.h5", b"".join(NAMES), b"".join(EXCHANGED), features(lambda f: f.create_dataset("pictures", data=NAMES, **CHECKED)))
damaged("checksum_of_features.h5", X.tobytes(), X[::-1].tobytes(), lambda f: f.create_dataset("fc", data=X, chunks=X.shape, fletcher32=True))
damaged("checksum.nc", b"".join(NAMES), b"".join(EXCHANGED), assembly(N, lambda f, p, q: [(f.create_dataset("image", data=NAMES, **CHECKED), p)]))
h5("latin1.h5", features(lambda f: f.create_dataset("stimulus_ids", data=np.array([b"im0", b"caf\xe9", b"im2", b"im3", b"im4", b"im5"]))))
h5("zero_byte.h5", features(lambda f: f.create_dataset("stimulus_ids", data=np.array([b"im0", b"i\0m1", b"im2", b"im3", b"im4", b"im5"]))))
NAMES = np.array([b"im0", b"caf\xe9", b"im2", b"im3", b"im4", b"im5"])
h5("latin1.nc", assembly(N, lambda f, p, q: []))

with zipfile.ZipFile("limits.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
    for name in sorted(files):
        z.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
