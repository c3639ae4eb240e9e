#!/usr/bin/env python3
"""Writes rows.zip: files that say in many ways which stimulus each row is.

Run with Debian's python3-numpy and python3-h5py, in this folder. Row i of the
features is the stimulus ORDER[i], and its values are 10 times that and up.
"""
import io
import os
import tempfile
import zipfile

import h5py
import numpy as np

ORDER = [3, 1, 5, 0, 2, 4]
N, F = len(ORDER), 4
X = (10 * np.array(ORDER)[:, None] + np.arange(F)).astype("f4")
NAMES = np.array([f"im{i}" for i in ORDER])
OTHER = np.array([f"im{i}" for i in reversed(ORDER)])
CLASSES = np.array(["dog", "cat", "dog", "cat", "dog", "cat"])
NUMBERS = np.array(ORDER) + 1
CHARS = np.char.encode(NAMES).view("S1").reshape(N, -1)
files = {}


def npz(name, **arrays):
    to = io.BytesIO()
    np.savez(to, **arrays)
    files[name + ".npz"] = to.getvalue()


def h5(name, fill, suffix=".h5", **options):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "f")
        with h5py.File(path, "w", **options) as f:
            fill(f)
        with open(path, "r+b") as f:
            if options.get("userblock_size"):
                f.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64 HDF5 schema 1.00 .".ljust(116) + b"\0" * 8 + b"\x00\x02IM")
        files[name + suffix] = open(path, "rb").read()


npz("any_name", features=X, image_names=NAMES)
npz("bytes", features=X, image_names=np.char.encode(NAMES))
npz("bigendian", features=X, image_names=NAMES.astype(">U3"))
npz("characters", features=X, image_names=CHARS)
npz("column", features=X, image_names=NAMES[:, None])
npz("with_classes", features=X, stimulus_ids=NAMES, labels=CLASSES)
npz("any_name_with_classes", features=X, labels=CLASSES, pictures=NAMES)
npz("agree", features=X, image_names=NAMES, stimulus_ids=NAMES)
npz("disagree", features=X, image_names=OTHER, stimulus_ids=NAMES)
npz("disagree_any_names", features=X, a=OTHER, b=NAMES)
npz("objects", features=X, image_names=NAMES.astype(object))
npz("objects_beside_ids", features=X, names=NAMES.astype(object), stimulus_ids=NAMES)
npz("records", features=X, table=np.array([(n, 1) for n in NAMES], dtype=[("id", "U3"), ("n", "i4")]))
npz("columns_of_text", features=X, table=np.stack([CLASSES, NAMES], 1))
npz("columns_of_text_fortran", features=X, table=np.asfortranarray(np.stack([CLASSES, NAMES], 1)))
npz("records_of_numbers", features=X[np.argsort(ORDER)], table=np.zeros(N, dtype=[("a", "f4"), ("n", "i4")]))
npz("classes", features=X, labels=CLASSES)
npz("class_numbers", features=X, labels=np.arange(N) % 2, scale=np.float64(1), trained=np.array(["yes", "no"]))
npz("extensions", features=X, image_names=np.array([n + ".png" for n in NAMES]))
npz("file_names", features=X, file_names=np.array(["a/" + n + ".png" for n in NAMES]))
npz("other_ids_twice", features=X, stimulus_ids=np.array([f"x{i % 2}" for i in range(N)]))
npz("other_ids", features=X, stimulus_ids=np.array([f"x{i}" for i in range(N)]))
npz("more_than_the_set", features=np.vstack([X, [[90, 91, 92, 93]]]).astype("f4"), stimulus_ids=np.append(NAMES, "im9"))
npz("any_name_more", features=np.vstack([X, [[90, 91, 92, 93]]]).astype("f4"), pictures=np.append(NAMES, "im9"))
npz("number_ids", features=X, image_ids=NUMBERS)
npz("float_ids", features=X, image_ids=NUMBERS.astype("f8"))
npz("numbers_any_name", features=X, trial=NUMBERS)
npz("numbers_in_order", features=X[np.argsort(ORDER)], trial=np.arange(N) + 1)
npz("vector_alone", labels=np.arange(N))
npz("twice", features=X, image_names=np.array(["im0"] * N))

text = h5py.string_dtype()


def names(f, name, values, dtype=None):
    f.create_dataset(name, data=np.array(values, dtype=object) if dtype is None else np.array(values).astype(dtype), dtype=text if dtype is None else None)


h5("vlen", lambda f: (f.create_dataset("features", data=X), names(f, "images", NAMES)))
h5("fixed", lambda f: (f.create_dataset("features", data=X), names(f, "images", NAMES, "S")))
h5("characters", lambda f: (f.create_dataset("features", data=X), f.create_dataset("images", data=CHARS)))
h5("column", lambda f: (f.create_dataset("features", data=X), f.create_dataset("images", data=np.char.encode(NAMES)[:, None])))
h5("in_group", lambda f: (f.create_dataset("net/features", data=X), names(f, "meta/images", NAMES)))
h5("number_ids", lambda f: (f.create_dataset("features", data=X), f.create_dataset("stimulus_id", data=NUMBERS)))
h5("number_ids_column", lambda f: (f.create_dataset("features", data=X), f.create_dataset("stimulus_id", data=NUMBERS[:, None])))
h5("classes", lambda f: (f.create_dataset("features", data=X), names(f, "labels", CLASSES)))
h5("columns_of_text", lambda f: (f.create_dataset("features", data=X), names(f, "table", np.stack([CLASSES, NAMES], 1))))
h5("records", lambda f: (f.create_dataset("features", data=X), f.create_dataset("table", data=np.array([(n.encode(), 1) for n in NAMES], dtype=[("id", "S3"), ("n", "i4")]))))
h5("attribute", lambda f: f.create_dataset("features", data=X).attrs.__setitem__("images", NAMES.astype(object)))
h5("attribute_of_file", lambda f: (f.create_dataset("net/features", data=X), f.attrs.__setitem__("images", NAMES.astype("S"))))
h5("attribute_of_classes", lambda f: (f.create_dataset("features", data=X), f.attrs.__setitem__("labels", CLASSES.astype(object))))
h5("disagree", lambda f: (f.create_dataset("features", data=X), names(f, "a", NAMES), names(f, "b", OTHER)))


def groups(f):
    for g, x, ids in (("train", X[::-1], OTHER), ("val", X, NAMES)):
        f.create_dataset(g + "/features", data=x)
        names(f, g + "/stimulus_ids", ids)


h5("groups", groups)


def attributes(f):
    for g, x, ids in (("train", X[::-1], NAMES[::-1]), ("val", X, NAMES)):
        f.create_dataset(g + "/features", data=x).attrs["images"] = ids.astype(object)


h5("attribute_of_each", attributes)


def coordinates(**variables):
    """A netCDF-4 file of features along stimulus and neuroid."""
    def fill(f):
        def dim(name, n):
            d = f.create_dataset(name, data=np.arange(n))
            d.make_scale(name)
            return d
        row, column = dim("presentation", N), dim("neuroid", F)
        data = f.create_dataset("features", data=X)
        data.dims[0].attach_scale(row)
        data.dims[1].attach_scale(column)
        for name, values in variables.items():
            if values.dtype.kind == "U":
                v = f.create_dataset(name, data=values.astype(object), dtype=text)
            else:
                v = f.create_dataset(name, data=values)
            v.dims[0].attach_scale(row)
            if values.ndim == 2:
                v.dims[1].attach_scale(dim("string3", values.shape[1]))
        data.attrs["coordinates"] = " ".join(variables)
    return fill


h5("any_name", coordinates(image_names=NAMES, repetition=np.arange(N)), ".nc")
h5("characters", coordinates(image_names=CHARS), ".nc")
h5("disagree", coordinates(image_names=OTHER, stimulus_id=NAMES), ".nc")
h5("classes", coordinates(object_name=CLASSES), ".nc")
h5("with_classes", coordinates(stimulus_id=NAMES, object_name=CLASSES), ".nc")
h5("number_ids", coordinates(stimulus_id=NUMBERS), ".nc")
h5("says_nothing", coordinates(repetition=np.arange(N) % 2), ".nc")

# --- MATLAB 7.3: HDF5 has the dimensions in reverse order -------------------

USER = {"userblock_size": 512}


def put(f, name, array, kind="double"):
    d = f.create_dataset(name, data=np.ascontiguousarray(np.array(array).T))
    d.attrs["MATLAB_class"] = np.bytes_(kind)
    return d


def cell(f, name, texts):
    refs = np.empty((1, len(texts)), dtype=h5py.ref_dtype)
    for i, t in enumerate(texts):
        path = f"#refs#/{name}{i}"
        put(f, path, np.array([[ord(c) for c in t]], "u2"), "char")
        refs[0, i] = f[path].ref
    d = f.create_dataset(name, data=refs)
    d.attrs["MATLAB_class"] = np.bytes_("cell")


def charmatrix(f, name, rows):
    width = max(map(len, rows))
    put(f, name, np.array([[ord(c) for c in r.ljust(width)] for r in rows], "u2"), "char")


def sparse(f):
    put(f, "fc", X)
    g = f.create_group("thin")
    g.attrs["MATLAB_class"] = np.bytes_("double")
    g.attrs["MATLAB_sparse"] = np.uint64(N)
    for name, n in (("data", 2), ("ir", 2), ("jc", F + 1)):
        g.create_dataset(name, data=np.zeros(n))
    cell(f, "images", NAMES)


def structs(f):
    put(f, "net/fc", X)
    put(f, "net/bias", np.arange(F)[None, :])
    put(f, "net/rate", [[0.5]])
    put(f, "net/labels", np.arange(N)[:, None] % 2)
    e = put(f, "net/none", np.array([0, 0], "u8"))
    e.attrs["MATLAB_empty"] = np.uint8(1)
    cell(f, "images", NAMES)


def struct_array(f, texts):
    """A struct array, whose fields MATLAB writes as references without a class."""
    put(f, "net/fc", X)
    for field in ("name", "size"):
        refs = np.empty((1, N), dtype=h5py.ref_dtype)
        for i, t in enumerate(texts):
            path = f"#refs#/{field}{i}"
            if field == "name":
                put(f, path, np.array([[ord(c) for c in t]], "u2"), "char")
            else:
                put(f, path, [[1.0]])
            refs[0, i] = f[path].ref
        f.create_dataset("net/of/" + field, data=refs)
    f["net/of"].attrs["MATLAB_class"] = np.bytes_("struct")


def struct_fields(f):
    """A struct array of two rows of features."""
    refs = np.empty((1, 2), dtype=h5py.ref_dtype)
    for i in range(2):
        put(f, f"#refs#/x{i}", X)
        refs[0, i] = f[f"#refs#/x{i}"].ref
    f.create_dataset("s/fc", data=refs)
    f["s"].attrs["MATLAB_class"] = np.bytes_("struct")


def complex_numbers(f):
    put(f, "fc", X)
    d = f.create_dataset("wave", data=np.zeros((F, N), dtype=[("real", "f8"), ("imag", "f8")]))
    d.attrs["MATLAB_class"] = np.bytes_("double")
    cell(f, "images", NAMES)


SQUARE = (10 * np.array(ORDER)[:, None] + np.arange(N)).astype("f8")
CUBE = (10 * np.array(ORDER)[:, None, None] + np.arange(4).reshape(2, 2)).astype("f8")
h5("cell", lambda f: (put(f, "fc", X, "single"), cell(f, "images", NAMES)), ".mat", **USER)
h5("char", lambda f: (put(f, "fc", X, "single"), charmatrix(f, "images", ["im3", "im1", "im5", "im0", "im2", "im4"])), ".mat", **USER)
h5("square", lambda f: (put(f, "fc", SQUARE), cell(f, "images", NAMES)), ".mat", **USER)
h5("square_says_nothing", lambda f: put(f, "fc", SQUARE[np.argsort(ORDER)]), ".mat", **USER)
h5("three_dimensions", lambda f: (put(f, "fc", CUBE), cell(f, "images", NAMES)), ".mat", **USER)
h5("user_block_stripped", lambda f: (put(f, "fc", SQUARE), cell(f, "images", NAMES)), ".h5")
h5("sparse", sparse, ".mat", **USER)
h5("struct_array", lambda f: struct_array(f, NAMES), ".mat", **USER)
h5("struct_array_extensions", lambda f: struct_array(f, [n + ".png" for n in NAMES]), ".mat", **USER)
h5("struct_array_other", lambda f: struct_array(f, CLASSES), ".mat", **USER)
h5("structs", structs, ".mat", **USER)
h5("string", lambda f: (put(f, "fc", X), put(f, "images", [[1, 2, 3, 4, 5, 6]], "string")), ".mat", **USER)
h5("disagree", lambda f: (put(f, "fc", X), cell(f, "a", NAMES), cell(f, "b", OTHER)), ".mat", **USER)
h5("number_ids", lambda f: (put(f, "fc", X), put(f, "stimulus_ids", NUMBERS[:, None])), ".mat", **USER)
h5("number_ids_row", lambda f: (put(f, "fc", X), put(f, "stimulus_ids", NUMBERS[None, :])), ".mat", **USER)
h5("only_struct_array", struct_fields, ".mat", **USER)
h5("table", lambda f: put(f, "T", [[3707764736, 2, 1, 1, 1, 1]], "table"), ".mat", **USER)
h5("complex", complex_numbers, ".mat", **USER)
files["five.mat"] = b"MATLAB 5.0 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x01IM"

# --- never written -----------------------------------------------------------


def killed(write, shape=(N, F), chunks=(2, 2), **options):
    def fill(f):
        d = f.create_dataset("features", shape, "f4", chunks=chunks, **options)
        write(d)
        names(f, "stimulus_ids", [f"im{i}" for i in range(N)])
    return fill


def rows(d):
    d[:4] = 1


def columns(d):
    d[:, :2] = 1


def corner(d):
    d[:4] = 1
    d[4:, :2] = 1


def holes(d):
    d[2:4] = 1


nothing = lambda d: None
for libver in ("earliest", "v110"):
    h5("killed_rows_" + libver, killed(rows), libver=libver)
    h5("killed_columns_" + libver, killed(columns), libver=libver)
    h5("killed_corner_" + libver, killed(corner, compression="gzip"), libver=libver)
    h5("killed_holes_" + libver, killed(holes, fillvalue=7), libver=libver)
    h5("killed_growing_" + libver, killed(rows, maxshape=(None, F)), libver=libver)
    h5("killed_growing_both_" + libver, killed(rows, maxshape=(None, None)), libver=libver)
    h5("killed_all_" + libver, killed(nothing), libver=libver)
    h5("killed_one_chunk_" + libver, killed(nothing, chunks=(N, F)), libver=libver)
    h5("killed_contiguous_" + libver, killed(nothing, chunks=None), libver=libver)
    h5("whole_" + libver, killed(lambda d: d.write_direct(np.ones((N, F), "f4"))), libver=libver)
    h5("whole_odd_" + libver, killed(lambda d: d.write_direct(np.ones((N, F), "f4")), chunks=(4, 3)), libver=libver)


def killed_matlab(f):
    d = f.create_dataset("fc", (F, N), "f8", chunks=(F, 2))
    d[:, :4] = 1
    d.attrs["MATLAB_class"] = np.bytes_("double")
    cell(f, "images", [f"im{i}" for i in range(N)])


def killed_nc(fill=None, attribute=False):
    def write(f):
        coordinates(stimulus_id=NAMES)(f)
        del f["features"]
        d = f.create_dataset("features", (N, F), "f4", chunks=(2, F), fillvalue=fill)
        d[:4] = 1
        d.dims[0].attach_scale(f["presentation"])
        d.dims[1].attach_scale(f["neuroid"])
        d.attrs["coordinates"] = "stimulus_id"
        if attribute:
            d.attrs["_FillValue"] = np.float32(fill)
    return write


h5("killed", killed_matlab, ".mat", **USER)
h5("killed", killed_nc(), ".nc")
h5("killed_nan", killed_nc(np.nan), ".nc")
h5("killed_fill_value", killed_nc(-1, True), ".nc")

with zipfile.ZipFile("rows.zip", "w", zipfile.ZIP_DEFLATED) as z:
    for name in sorted(files):
        z.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
print(len(files), "files")
