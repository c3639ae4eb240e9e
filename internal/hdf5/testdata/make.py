#!/usr/bin/env python3
"""Writes the samples that the tests of internal/hdf5 read, and what is in them.

Run with Debian's python3-h5py and python3-netcdf4:

    /usr/bin/python3 internal/hdf5/testdata/make.py

Every sample is read again with h5py or netCDF4; expected.json holds what they
found, so it is their reading that the Go reader is compared with. The samples
go into samples.zip: many are mostly empty B-tree nodes. The .nc files beside
it are real ones and only described.
"""
import ctypes
import hashlib
import json
import os
import re
import tempfile
import zipfile
import zlib

import h5py
import netCDF4
import numpy as np
from h5py import h5d, h5f, h5g, h5p, h5s, h5t

HERE = os.path.dirname(os.path.abspath(__file__))
TMP = tempfile.TemporaryDirectory()
LIBVERS = {"earliest": ("earliest", "v108"), "v108": ("v108", "v108"), "v110": ("v110", "v110")}
# Some properties h5py has no call for; its handles are those of the C library.
with open("/proc/self/maps") as maps:
    CLIB = ctypes.CDLL(re.search(r"/\S*libhdf5_serial\.so\S*", maps.read()).group())
INLINE = 64  # elements up to which values stand in expected.json


def path(name):
    return os.path.join(TMP.name, name)


def create(name, libver, **kw):
    return h5py.File(path(name), "w", libver=LIBVERS.get(libver, libver), **kw)


def cset(name, plist, *args):
    """Sets a property with the C library's function of that name."""
    fn = getattr(CLIB, name)
    fn.argtypes = [ctypes.c_int64] + [ctypes.c_uint] * len(args)
    if fn(plist.id, *args) < 0:
        raise OSError(name)


# --- what a dataset or attribute holds -------------------------------------

def text(x):
    if isinstance(x, bytes):
        return x.decode("utf-8", "surrogateescape")
    return str(x)


def values(a, dt):
    """kind and values of an array, as expected.json has them."""
    if h5py.check_string_dtype(dt) is not None or a.dtype.kind in "SU":
        flat = [text(x) for x in a.reshape(-1)]
        kind = "s"
        digest = "\x00".join(flat).encode("utf-8", "surrogateescape")
    elif a.dtype.kind in "iub":
        kind = "u" if a.dtype.kind == "u" else "i"
        v = a.reshape(-1).astype("<u8" if kind == "u" else "<i8")
        flat, digest = [int(x) for x in v], v.tobytes()
    elif a.dtype.kind == "f":
        kind = "f"
        v = a.reshape(-1).astype("<f8")
        digest = v.tobytes()
        flat = [float(x) if np.isfinite(x) else str(x) for x in v]
    else:
        return {"kind": "other"}
    if len(flat) > INLINE:
        return {"kind": kind, "n": len(flat), "sha256": hashlib.sha256(digest).hexdigest()}
    return {"kind": kind, "n": len(flat), "values": flat}


def attributes(o):
    out = {}
    for name in o.attrs:
        aid = h5py.h5a.open(o.id, name.encode())
        if aid.get_space().get_simple_extent_type() == h5s.NULL:
            out[name] = {"kind": "null"}
            continue
        if aid.get_type().get_class() in (h5t.COMPOUND, h5t.REFERENCE) or (
                aid.get_type().get_class() == h5t.VLEN):
            out[name] = {"kind": "other"}
            continue
        v = o.attrs[name]
        a = np.asarray(v)
        d = values(a, aid.dtype)
        d["shape"] = list(aid.shape)
        out[name] = d
    return out


def describe(f):
    out = {}

    def visit(name, o):
        if isinstance(o, h5py.Dataset):
            if o.shape is None:
                d = {"kind": "null"}
            elif name.startswith("odd/"):
                signed = o.id.get_type().get_sign() == h5t.SGN_2
                a = np.zeros(o.shape, "i8" if signed else "u8")
                o.id.read(h5s.ALL, h5s.ALL, a, mtype=h5t.NATIVE_INT64 if signed else h5t.NATIVE_UINT64)
                d = values(a, a.dtype)
                d["shape"] = list(o.shape)
            elif name == "spacepad":
                d = {"kind": "s", "n": 3, "values": [text(x).rstrip(" ") for x in o[()]], "shape": [3]}
            elif o.dtype.kind == "O" and h5py.check_string_dtype(o.dtype) is None or o.dtype.kind == "V":
                d = {"kind": "other", "shape": list(o.shape)}
            else:
                d = values(np.asarray(o[()]), o.dtype)
                d["shape"] = list(o.shape)
            d["max"] = None if o.maxshape is None else [-1 if m in (None, 2**32 - 1) else m for m in o.maxshape]
            d["attrs"] = attributes(o)
            out["/" + name] = d
        elif isinstance(o, h5py.Group):
            out["/" + name] = {"kind": "group", "links": sorted(o.keys()), "attrs": attributes(o)}

    out["/"] = {"kind": "group", "links": sorted(f.keys()), "attrs": attributes(f)}
    f.visititems(visit)
    return out


expected = {}


def finish(name, where=None):
    with h5py.File(os.path.join(where or TMP.name, name), "r") as f:
        expected[name] = describe(f)


# --- the matrix -------------------------------------------------------------

def sample(dtype, shape):
    """Values that use the range of a type."""
    n = int(np.prod(shape))
    dt = np.dtype(dtype)
    r = np.random.RandomState(n + dt.itemsize)
    if dt.kind == "f":
        v = r.standard_normal(n) * 100
        if n >= 4:
            v[:4] = [np.nan, np.inf, -np.inf, -0.0]
        return v.astype(dt).reshape(shape)
    if dt.kind == "b":
        return (r.randint(0, 2, n) == 1).reshape(shape)
    info = np.iinfo(dt)
    v = r.randint(0, 2**32, (2, n)).astype(np.uint64)
    v = (v[0] << np.uint64(32) | v[1]).astype(dt.newbyteorder("="))
    if n >= 2:
        v[:2] = info.min, info.max
    return v.astype(dt).reshape(shape)


DTYPES = [bo + k for bo in "<>" for k in ("i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8")] + ["i1", "u1", "?"]


def dtypes(lv):
    """Every number type in either byte order, in every layout."""
    name = f"dtypes-{lv}.h5"
    with create(name, lv) as f:
        for dt in DTYPES:
            v = sample(dt, (5, 3))
            key = dt.replace("<", "le-").replace(">", "be-").replace("?", "bool")
            f.create_dataset(f"contiguous/{key}", data=v)
            f.create_dataset(f"chunked/{key}", data=v, chunks=(2, 2), compression="gzip", shuffle=True)
            dcpl = h5p.create(h5p.DATASET_CREATE)
            dcpl.set_layout(h5d.COMPACT)
            g = f.require_group("compact")
            d = h5d.create(g.id, key.encode(), h5t.py_create(v.dtype, logical=True), h5s.create_simple(v.shape), dcpl)
            d.write(h5s.ALL, h5s.ALL, v)
            f[f"compact/{key}"].attrs["value"] = v[0]
        # odd widths, that NumPy has no types for: 3 bytes, and 12 bits of 2
        g = f.create_group("odd")
        for key, size, prec, off, sign in (("int3", 3, 24, 0, True), ("uint5", 5, 40, 0, False),
                                           ("int12of16", 2, 12, 2, True), ("uint7", 7, 56, 0, False)):
            for bo, order in (("le", h5t.ORDER_LE), ("be", h5t.ORDER_BE)):
                t = (h5t.STD_I64LE if sign else h5t.STD_U64LE).copy()
                t.set_precision(prec)
                t.set_offset(off)
                t.set_size(size)
                t.set_order(order)
                v = np.array([0, 1, -1, 1000, -1000, 2**(prec - 1) - 1] if sign else [0, 1, 255, 2**prec - 1], "i8")
                d = h5d.create(g.id, f"{key}-{bo}".encode(), t, h5s.create_simple(v.shape))
                d.write(h5s.ALL, h5s.ALL, v, mtype=h5t.NATIVE_INT64)
        f.create_dataset("scalar", data=np.float32(1.5))
        f.create_dataset("empty", data=h5py.Empty("f4"))
        f.create_dataset("zero", shape=(0, 4), dtype="i4", maxshape=(None, 4))
        f.create_dataset("array", shape=(2,), dtype=np.dtype((">i4", (2, 3))))[:] = np.arange(12).reshape(2, 2, 3)
        f.create_dataset("opaque", data=np.array([b"ab", b"cd"]).view("V2"))
        f.create_dataset("compound", data=np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]))
        f["type"] = np.dtype("i2")
        d = h5d.create(f.id, b"committed", h5t.open(f.id, b"type"), h5s.create_simple((3,)))
        d.write(h5s.ALL, h5s.ALL, np.array([1, 2, 3], "i2"))
        a = h5py.h5a.create(f["committed"].id, b"committed", h5t.open(f.id, b"type"), h5s.create_simple((2,)))
        a.write(np.array([7, 8], "i2"))
        enum = h5py.enum_dtype({"V4": 0, "IT": 1, "behavior": 7}, basetype="u1")
        f.create_dataset("enum", data=np.array([0, 1, 7, 1], "u1"), dtype=enum)
    finish(name)


FILTERS = {
    "none": {},
    "gzip": dict(compression="gzip", compression_opts=4),
    "shuffle-gzip": dict(compression="gzip", shuffle=True),
    "fletcher": dict(fletcher32=True),
    "all": dict(compression="gzip", shuffle=True, fletcher32=True),
    "lzf": dict(compression="lzf", shuffle=True),
}


def filters(lv):
    """Every filter, on sizes that leave bytes over and chunks over the edge."""
    name = f"filters-{lv}.h5"
    with create(name, lv) as f:
        for fname, kw in FILTERS.items():
            for dt in ("u1", "<i2", ">f4", "<f4", "<f8"):
                v = (np.arange(7 * 9 * 2) // 3).astype(dt).reshape(7, 9, 2)
                key = f"{fname}/{dt.replace('<', 'le-').replace('>', 'be-')}"
                f.create_dataset(key, data=v, chunks=(3, 4, 2), **kw)
        v = sample("<f4", (1000,))
        f.create_dataset("incompressible", data=v, chunks=(999,), compression="gzip", shuffle=True)
        # chunks written raw, so that their masks skip filters
        d = f.create_dataset("masked", shape=(8,), dtype="<i4", chunks=(4,), compression="gzip", shuffle=True)
        d.id.write_direct_chunk((0,), np.arange(4, dtype="<i4").tobytes(), filter_mask=3)
        d.id.write_direct_chunk((4,), zlib.compress(np.arange(4, 8, dtype="<i4").tobytes()), filter_mask=1)
        f.create_dataset("unsupported/scaleoffset", data=np.arange(40), chunks=(10,), scaleoffset=True)
    finish(name)


def layouts(lv):
    """The chunk indexes: which the library takes depends on the dimensions."""
    name = f"layouts-{lv}.h5"
    with create(name, lv) as f:
        for fname in ("none", "shuffle-gzip"):
            kw = FILTERS[fname]
            g = f.create_group(fname)

            def put(key, shape, chunks, maxshape=None, write=None, fill=None, **kw2):
                d = g.create_dataset(key, shape=shape, chunks=chunks, maxshape=maxshape, dtype="<i4",
                                     fillvalue=fill, **kw, **kw2)
                v = (np.arange(int(np.prod(shape))) % 251).astype("<i4").reshape(shape)
                for sl in write or [tuple(slice(None) for _ in shape)]:
                    d[sl] = v[sl]

            put("single", (4, 5), (4, 5))
            put("fixed", (9, 7), (2, 3))
            put("fixed-sparse", (9, 7), (2, 3), write=[(slice(4, 6), slice(3, 6))], fill=-7)
            put("fixed-max", (5, 7), (2, 3), maxshape=(11, 20))
            if lv == "v110":
                put("fixed-paged", (2500,), (1,), write=[slice(0, 3), slice(1500, 1502), slice(2499, 2500)], fill=3)
            put("ext", (9, 7), (2, 3), maxshape=(None, 7))
            put("ext-second", (5, 9), (2, 2), maxshape=(5, None))
            put("ext-second-max", (5, 9), (2, 2), maxshape=(8, None))
            put("ext-sparse", (900,), (2,), maxshape=(None,), write=[slice(0, 1), slice(100, 104), slice(899, 900)], fill=9)
            put("ext-long", (300, 2), (1, 2), maxshape=(None, 2))
            put("two", (9, 7), (2, 3), maxshape=(None, None))
            put("two-long", (40, 40), (1, 2), maxshape=(None, None))
            put("never", (6,), (2,), write=[slice(0, 0)], fill=42)
            put("chunk-larger", (3,), (16,), maxshape=(None,))
            d = g.create_dataset("shrunk", shape=(20,), chunks=(3,), maxshape=(None,), dtype="<i4", **kw)
            d[:] = np.arange(20)
            d.resize((7,))
            d = g.create_dataset("grown", shape=(3,), chunks=(3,), maxshape=(None,), dtype="<i4", fillvalue=5, **kw)
            d[:] = np.arange(3)
            d.resize((10,))
        # implicit index: no filter, space allocated early
        dcpl = h5p.create(h5p.DATASET_CREATE)
        dcpl.set_chunk((2, 3))
        dcpl.set_alloc_time(h5d.ALLOC_TIME_EARLY)
        d = h5d.create(f.id, b"implicit", h5t.STD_I32LE, h5s.create_simple((5, 7)), dcpl)
        d.write(h5s.ALL, h5s.ALL, np.arange(35, dtype="i4").reshape(5, 7))
        d = h5d.create(f.id, b"implicit-max", h5t.STD_I32LE, h5s.create_simple((3, 4), (5, 7)), dcpl)
        d.write(h5s.ALL, h5s.ALL, np.arange(12, dtype="i4").reshape(3, 4))
        # edges that are not filtered
        dcpl = h5p.create(h5p.DATASET_CREATE)
        dcpl.set_chunk((2, 3))
        dcpl.set_deflate(4)
        if lv == "v110":
            cset("H5Pset_chunk_opts", dcpl, 2)
        d = h5d.create(f.id, b"raw-edges", h5t.STD_I32LE, h5s.create_simple((5, 7)), dcpl)
        d.write(h5s.ALL, h5s.ALL, np.arange(35, dtype="i4").reshape(5, 7))
        f.create_dataset("contiguous-never", shape=(4,), dtype="<f4", fillvalue=2.5)
        f.create_dataset("contiguous-3d", data=np.arange(60, dtype="<i2").reshape(3, 4, 5))
    finish(name)


def long(lv):
    """An index of several levels or blocks."""
    name = f"long-{lv}.h5"
    with create(name, lv) as f:
        n = 3000 if lv == "v110" else 400
        for key, maxshape, kw in (("ext", (None,), {}), ("ext-gzip", (None,), FILTERS["gzip"]), ("fixed", (n,), {})):
            d = f.create_dataset(key, shape=(n,), chunks=(1,), maxshape=maxshape, dtype="u1", **(kw if n < 1000 else {}))
            d[:] = np.arange(n) % 251
        if lv == "v110":
            m = 2500
            d = f.create_dataset("two", shape=(m, 1), chunks=(1, 1), maxshape=(None, None), dtype="u1")
            d[:] = (np.arange(m) % 251).reshape(m, 1)
            # far enough out that the index has pages
            for key, kw in (("paged", {}), ("paged-gzip", FILTERS["gzip"])):
                n = 16 * (2**13 - 1) + 3000
                d = f.create_dataset(key, shape=(n,), chunks=(1,), maxshape=(None,), dtype="u1", fillvalue=1, **kw)
                for i in (0, 4, 131055, 131056, n - 952, n - 1):
                    d[i] = i % 251
    finish(name)


def strings(lv):
    name = f"strings-{lv}.h5"
    words = ["", "a", "stimulus_1", "köln", "x" * 40, "日本語", "trailing "]
    with create(name, lv) as f:
        vl = h5py.string_dtype()
        f.create_dataset("vlen", data=np.array(words, object), dtype=vl)
        f.create_dataset("vlen-chunked", data=np.array(words * 30, object).reshape(30, 7), dtype=vl, chunks=(8, 3), compression="gzip")
        f.create_dataset("vlen-ascii", data=np.array(["a", "bc"], object), dtype=h5py.string_dtype("ascii"))
        f.create_dataset("vlen-never", shape=(3,), dtype=vl, chunks=(2,))
        f.create_dataset("vlen-scalar", data="one")
        f.create_dataset("vlen-large", data=np.array(["y" * 5000, "z" * 3], object), dtype=vl)
        f.create_dataset("fixed", data=np.array([w.encode() for w in words]))
        utf8 = h5py.string_dtype("utf-8", 40)
        f.create_dataset("fixed-utf8", data=np.array([w.encode() for w in words], dtype=utf8), dtype=utf8)
        f.create_dataset("fixed-chunked", data=np.array([w.encode() for w in words]), chunks=(3,), compression="gzip", shuffle=True)
        for key, pad in (("nullterm", h5t.STR_NULLTERM), ("nullpad", h5t.STR_NULLPAD), ("spacepad", h5t.STR_SPACEPAD)):
            t = h5t.C_S1.copy()
            t.set_size(6)
            t.set_strpad(pad)
            d = h5d.create(f.id, key.encode(), t, h5s.create_simple((3,)))
            d.write(h5s.ALL, h5s.ALL, np.array([b"abc", b"", b"abcde"], "S6"), mtype=t if pad != h5t.STR_SPACEPAD else None)
        f["vlen"].attrs["fixed"] = np.bytes_(b"fixed")
        f["vlen"].attrs["vlen"] = "variable ü"
        f["vlen"].attrs.create("list", np.array(["a", "bb", ""], object), dtype=vl)
        f["vlen"].attrs["fixed-list"] = np.array([b"a", b"bb"])
        f.create_dataset("sequence", data=np.array([np.arange(3), np.arange(2)], object), dtype=h5py.vlen_dtype("i4"))
    finish(name)


def attrs(lv):
    name = f"attrs-{lv}.h5"
    with create(name, lv, track_order=False) as f:
        d = f.create_dataset("few", data=[1])
        d.attrs["scalar"] = 1.5
        d.attrs["empty"] = h5py.Empty("f4")
        d.attrs["be"] = np.array([1, -2], ">i2")
        d.attrs["bool"] = True
        d.attrs["matrix"] = np.arange(6.0).reshape(2, 3)
        d = f.create_dataset("many", data=[1])  # dense storage where the version has it
        for i in range(30):
            d.attrs[f"attribute {i}"] = i if i % 2 else f"value {i}"
        if lv != "earliest":
            d = f.create_dataset("huge", data=[1])  # objects of their own in the heap
            for i in range(10):
                d.attrs[f"a{i}"] = np.arange(9000 if i < 2 else 3, dtype="i4") + i
            d = f.create_dataset("deep", data=[1])  # a heap with indirect blocks
            for i in range(300):
                d.attrs[f"attribute {i:03}"] = np.arange(i % 60)
            d = f.create_dataset("deeper", data=[1])  # of two levels
            for i in range(200):
                d.attrs[f"attribute {i:03}"] = np.full(950, i, "i4")
        # a header that continues elsewhere
        d = f.create_dataset("continued", data=[1])
        for i in range(6):
            d.attrs[f"x{i}"] = np.arange(20) + i
        f.attrs["root"] = "root attribute"
    finish(name)


def groups(lv):
    name = f"groups-{lv}.h5"
    with create(name, lv) as f:
        f.create_group("a/b/c").create_dataset("d", data=[1, 2])
        g = f.create_group("many")
        for i in range(120):
            g.create_group(f"group number {i:04}") if i % 40 == 0 else g.__setitem__(f"n{i:04}", h5py.SoftLink("/a/b/c/d"))
        gcpl = h5p.create(h5p.GROUP_CREATE)
        gcpl.set_link_creation_order(h5p.CRT_ORDER_TRACKED)
        cset("H5Pset_deflate", gcpl, 6)
        g = h5py.Group(h5g.create(f.id, b"compressed", gcpl=gcpl))
        for i in range(120):
            g[f"link number {i:04}"] = h5py.SoftLink("/a/b/c/d" if i != 5 else "/a/b/c/d" + "/." * 4000)
        f["soft"] = h5py.SoftLink("/a/b/c/d")
        f["a/relative"] = h5py.SoftLink("b/c")
        f["hard"] = f["a/b/c/d"]
        f["loop"] = f["/"]
        f.create_group("empty")
        o = f.create_group("ordered", track_order=True)
        for k in "zyxabc":
            o[k] = np.int8(ord(k))
        o = f.create_group("ordered-many", track_order=True)
        for k in range(40):
            o[f"k{(k * 7) % 40}"] = h5py.SoftLink("/hard")
    finish(name)
    with h5py.File(path(name), "a", libver=LIBVERS[lv]) as f:
        f["dangling"] = h5py.SoftLink("/nowhere")
        f["circle"] = h5py.SoftLink("/circle2")
        f["circle2"] = h5py.SoftLink("/circle")
        f["external"] = h5py.ExternalLink("other.h5", "/x")


def special():
    """Superblocks of other kinds."""
    name = "userblock.h5"
    with create(name, "earliest", userblock_size=1024) as f:
        f["x"] = np.arange(10)
        f["s"] = "text"
        f.create_dataset("c", data=np.arange(10), chunks=(3,), compression="gzip")
    with open(path(name), "r+b") as h:
        h.write(b"user block\n")
    finish(name)
    name = "userblock-v110.h5"
    with create(name, "v110", userblock_size=512) as f:
        f["x"] = np.arange(10)
        f["s"] = "text"
    finish(name)
    for off, length in ((4, 4), (4, 8), (8, 4), (2, 4)):
        name = f"sizes-{off}-{length}.h5"
        fcpl = h5p.create(h5p.FILE_CREATE)
        fcpl.set_sizes(off, length)
        fid = h5f.create(path(name).encode(), h5f.ACC_TRUNC, fcpl)
        with h5py.File(fid) as f:
            f["x"] = np.arange(10)
            f["s"] = np.array(["text", "more"], object)
            f.create_dataset("c", data=np.arange(10), chunks=(3,), maxshape=(None,))
            f["x"].attrs["a"] = 1
        finish(name)
    fcpl = h5p.create(h5p.FILE_CREATE)
    cset("H5Pset_istore_k", fcpl, 16)
    fid = h5f.create(path("superblock-1.h5").encode(), h5f.ACC_TRUNC, fcpl)
    with h5py.File(fid) as f:
        f.create_dataset("c", data=np.arange(100), chunks=(1,))
    finish("superblock-1.h5")


def virtual():
    """A dataset that is not read, beside one that is."""
    with create("virtual.h5", "v110") as f:
        f["x"] = np.arange(3)
        lay = h5py.VirtualLayout(shape=(3,), dtype="i8")
        lay[:] = h5py.VirtualSource("other.h5", "y", shape=(3,))
        f.create_virtual_dataset("unsupported", lay)
        # external storage is refused likewise
        dcpl = h5p.create(h5p.DATASET_CREATE)
        dcpl.set_external(b"other.bin", 0, 24)
        h5d.create(f.id, b"external", h5t.STD_I64LE, h5s.create_simple((3,)), dcpl)
    with h5py.File(path("virtual.h5")) as f:
        expected["virtual.h5"] = {"/x": {"kind": "i", "n": 3, "values": [0, 1, 2], "shape": [3], "max": [3], "attrs": {}}}


def mismatch():
    """A dimension scale of another length than the axis it is for."""
    with create("mismatch.h5", "earliest") as f:
        f["x"] = np.arange(3)
        f["x"].make_scale("x")
        f["long"] = np.arange(4)
        f["long"].dims[0].attach_scale(f["x"])
        f["fits"] = np.arange(3)
        f["fits"].dims[0].attach_scale(f["x"])
    finish("mismatch.h5")


def seeds():
    """Tiny files of many structures each, for fuzzing to start from."""
    with create("seed-old.h5", "earliest") as f:
        f["x"] = np.arange(3)
        f["x"].attrs["a"] = "text"
        f.create_dataset("g/c", data=np.arange(6, dtype="<i4"), chunks=(4,), compression="gzip", shuffle=True, fletcher32=True)
        f["s"] = h5py.SoftLink("/g/c")
        f["v"] = np.array(["a", "bc"], object)
    with create("seed-indexes.h5", "v110") as f:
        f.create_dataset("single", data=np.arange(4, dtype="i2"), chunks=(4,), compression="gzip")
        f.create_dataset("fixed", data=np.arange(6, dtype="i2"), chunks=(4,))
        f.create_dataset("ext", data=np.arange(40, dtype="i2"), chunks=(2,), maxshape=(None,), compression="lzf")
        f.create_dataset("two", data=np.arange(6, dtype="i2").reshape(2, 3), chunks=(1, 2), maxshape=(None, None))
    with create("seed-paged.h5", "v110") as f:
        f.create_dataset("paged", shape=(1030,), dtype="u1", chunks=(1,))[1027:] = [1, 2, 3]
    with create("seed-dense.h5", "v108", track_order=True) as f:
        for i in range(9):
            f.attrs[f"a{i}"] = i
            f[f"l{i}"] = h5py.SoftLink("x")
        f["e"] = h5py.ExternalLink("o.h5", "/x")
    with create("seed-types.h5", "v108") as f:
        f["c"] = np.array([(1, 2.5, b"x")], dtype=[("a", "i4"), ("b", ">f8"), ("s", "S3")])
        f["b"] = np.array([True, False])
        f.create_dataset("a", data=np.zeros(1, np.dtype([("m", "f4", (2, 2))])))
        f["r"] = np.array([f["b"].ref, f["c"].ref], dtype=h5py.ref_dtype)
        f["t"] = np.dtype("f2")
        f.create_dataset("q", data=np.array([np.arange(2, dtype="i1"), np.arange(1, dtype="i1")], object), dtype=h5py.vlen_dtype("i1"))
    with netCDF4.Dataset(path("seed-netcdf.nc"), "w", format="NETCDF4") as n:
        n.createDimension("x", 2)
        n.createDimension("t", None)
        n.createVariable("v", "f4", ("t", "x"), zlib=True)[0:2] = [[1, 2], [3, 4]]
        n.createVariable("x", str, ("x",))[:] = np.array(["a", "b"], object)
    for name in ("old.h5", "indexes.h5", "paged.h5", "dense.h5", "types.h5", "netcdf.nc"):
        finish("seed-" + name)


# --- netCDF-4 ---------------------------------------------------------------

nc_expected = {}


def netcdf():
    name = "netcdf.nc"
    with netCDF4.Dataset(path(name), "w", format="NETCDF4") as n:
        n.createDimension("presentation", 6)
        n.createDimension("neuroid", 4)
        n.createDimension("time_bin", None)
        n.createDimension("string5", 5)
        n.setncattr("title", "an assembly")
        n.setncattr("numbers", np.array([1.5, 2.5]))
        n.setncattr_string("strings", ["a", "b"])
        v = n.createVariable("values", "f4", ("presentation", "neuroid"), zlib=True, shuffle=True, fletcher32=True,
                             chunksizes=(2, 3), fill_value=np.float32(-99))
        v[:] = np.arange(24).reshape(6, 4)
        v[5, 3] = np.ma.masked
        v = n.createVariable("growing", ">i4", ("time_bin", "neuroid"), endian="big")
        v[0:3] = np.arange(12).reshape(3, 4)
        v = n.createVariable("presentation", "i8", ("presentation",))
        v[:] = np.arange(6) * 10
        v = n.createVariable("neuroid_id", str, ("neuroid",))
        v[:] = np.array(["n1", "n2", "neuroid 3", "ñ"], object)
        v = n.createVariable("has_site", "i1", ("neuroid",))
        v.setncattr("dtype", "bool")
        v[:] = [1, 0, 1, 1]
        v = n.createVariable("chars", "S1", ("neuroid", "string5"))
        v[:] = np.array([list("abc\0\0"), list("hello"), list("\0\0\0\0\0"), list("x\0\0\0\0")], "S1")
        v = n.createVariable("scalar", "f8", ())
        v[:] = 2.25
        g = n.createGroup("inner")
        g.createDimension("local", 2)
        v = g.createVariable("grid", "u2", ("local", "neuroid"))
        v[:] = np.arange(8).reshape(2, 4)
        v = g.createVariable("presentation", "f4", ("local",))  # of a dimension's name, elsewhere
        v[:] = [1, 2]
        # a variable with the name of a dimension it does not lie along
        g.createDimension("other", 2)
        v = g.createVariable("other", "f4", ("local",))
        v[:] = [3, 4]
        # a coordinate variable of two dimensions
        n.createDimension("two", 2)
        v = n.createVariable("two", "f4", ("two", "neuroid"))
        v[:] = np.arange(8).reshape(2, 4)
    finish(name)
    with netCDF4.Dataset(path(name)) as n:
        def group(g):
            g.set_auto_mask(False)
            return {
                "dims": {d.name: [len(d), d.isunlimited()] for d in g.dimensions.values()},
                "vars": {v.name: {"dims": list(v.dimensions)} for v in g.variables.values()},
                "groups": {k: group(s) for k, s in g.groups.items()},
            }
        nc_expected[name] = group(n)

    # many variables and attributes: dense storage; and no dimension scales
    name = "netcdf-many.nc"
    with netCDF4.Dataset(path(name), "w", format="NETCDF4") as n:
        for i in range(20):
            n.createDimension(f"d{19 - i}", i + 1)
            n.createVariable(f"v{19 - i}", "i2", (f"d{19 - i}",))[:] = np.arange(i + 1)
            n.setncattr(f"attribute{i}", i)
    finish(name)
    with netCDF4.Dataset(path(name)) as n:
        nc_expected[name] = group(n)
    name = "phony.h5"
    with create(name, "earliest") as f:
        f["x"] = np.zeros((3, 4))
        f["y"] = np.zeros((4, 4))
        f["z"] = np.zeros((3,))
    finish(name)
    with netCDF4.Dataset(path(name)) as n:
        nc_expected[name] = group(n)


def main():
    for lv in LIBVERS:
        for make in (dtypes, filters, layouts, long, strings, attrs, groups):
            make(lv)
    special()
    virtual()
    mismatch()
    seeds()
    netcdf()
    for name in ("alexnet-probabilities.nc", "assy_plain_bigendian.nc"):
        if os.path.exists(os.path.join(HERE, name)):
            finish(name, HERE)
            with netCDF4.Dataset(os.path.join(HERE, name)) as n:
                nc_expected[name] = {
                    "dims": {d.name: [len(d), d.isunlimited()] for d in n.dimensions.values()},
                    "vars": {v.name: {"dims": list(v.dimensions)} for v in n.variables.values()},
                    "groups": {},
                }
    with open(os.path.join(HERE, "expected.json"), "w") as h:
        for kind, files in (("hdf5", expected), ("netcdf", nc_expected)):
            h.write("{" if kind == "hdf5" else "},")
            h.write(f'"{kind}": {{\n')
            h.write(",\n".join(f"{json.dumps(name)}: {{\n" + ",\n".join(
                f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in sorted(files[name].items()))
                + "}" for name in sorted(files)))
        h.write("}}\n")
    with zipfile.ZipFile(os.path.join(HERE, "samples.zip"), "w") as z:
        for name in sorted(os.listdir(TMP.name)):
            with open(path(name), "rb") as h:
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                z.writestr(info, h.read(), compresslevel=9)


main()
