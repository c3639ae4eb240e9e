#!/usr/bin/env python3
"""Writes the small files of this folder that are derived (see README.md).

Needs netCDF4, h5py and numpy. Run it in this folder.
"""
import csv

import h5py
import netCDF4
import numpy as np

GOLDEN = "../golden/home/assemblies/"


def text(f, name, dim, values):
    v = f.createVariable(name, str, (dim,))
    v[:] = np.array(values, object)


def chars(f, name, dim, values):
    """Text as compressed characters: one byte each along a second dimension."""
    a = netCDF4.stringtochar(np.array(values, "S"))
    length = f"string{a.shape[1]}"
    if length not in f.dimensions:
        f.createDimension(length, a.shape[1])
    f.createVariable(name, "S1", (dim, length), zlib=True)[:] = a


def matrices():
    """presentation × presentation × neuroid: similarities of two subjects in two regions."""
    for name, diagonal in (("matrices.nc", 0.8), ("matrices_distances.nc", None)):
        f = netCDF4.Dataset(name, "w")
        n, m = 4, 4
        f.createDimension("presentation", n)
        f.createDimension("neuroid", m)
        v = f.createVariable("Coggan2024", "f8", ("presentation", "presentation", "neuroid"))
        a = np.zeros((n, n, m))
        for s in range(m):
            for i in range(n):
                for k in range(n):
                    a[i, k, s] = (i * k + (s + 1) * (i + k)) % 7 / 8
            np.fill_diagonal(a[:, :, s], diagonal or 0)
        v[:] = a
        v.coordinates = "stimulus_id object_name subject region"
        text(f, "stimulus_id", "presentation", ["im2", "im0", "im3", "im1"])
        text(f, "object_name", "presentation", ["a", "a", "b", "b"])
        text(f, "subject", "neuroid", ["p", "q", "p", "q"])
        text(f, "region", "neuroid", ["V1", "V1", "IT", "IT"])
        f.close()


def objectome():
    rows = list(csv.DictReader(open(GOLDEN + "objectome-mini.private.assembly/trials.csv")))
    f = netCDF4.Dataset("assy_objectome_chars.nc", "w")
    f.createDimension("presentation", len(rows))
    for name in ("stimulus_id", "truth", "sample_obj", "dist_obj", "choice"):
        chars(f, name, "presentation", [r[name] for r in rows])
    f.createVariable("response", "i1", ("presentation",), zlib=True)[:] = [r["choice"] == r["truth"] for r in rows]
    f.variables["response"].coordinates = "stimulus_id truth sample_obj dist_obj choice"
    f.close()


def transposed():
    """time_bin × neuroid × presentation, packed, coordinates of every type."""
    f = netCDF4.Dataset("assy_transposed.nc", "w")
    n, u, t = 12, 3, 2
    for name, size in (("time_bin", t), ("neuroid", u), ("presentation", n)):
        f.createDimension(name, size)
    v = f.createVariable("spikes", "i2", ("time_bin", "neuroid", "presentation"), zlib=True, chunksizes=(1, 2, 5), fill_value=-1)
    v.set_auto_maskandscale(False)
    v.scale_factor = 0.5
    a = np.arange(t * u * n, dtype="i2").reshape(t, u, n)
    a[0, 0, 1] = -1
    v[:] = a
    v.coordinates = "image_id repetition presentation_ shown rate neuroid_id region time_bin_start time_bin_end"
    text(f, "image_id", "presentation", [f"im{i % 6}" for i in range(n)])
    f.createVariable("repetition", "u1", ("presentation",))[:] = np.arange(n) // 6
    text(f, "presentation_", "presentation", [f"p{i}" for i in range(n)])
    b = f.createVariable("shown", "i1", ("presentation",))
    b[:] = np.arange(n) % 2
    b.setncattr("dtype", "bool")
    r = f.createVariable("rate", "f4", ("presentation",), fill_value=np.nan)
    r[:] = np.array([0.1, np.nan, 2, 1e-5, 1e20, -3.25] * 2, "f4")
    f.createVariable("presentation", "i8", ("presentation",))[:] = np.arange(n)
    text(f, "region", "neuroid", ["V4", "IT", "IT"])
    text(f, "neuroid_id", "neuroid", ["a", "b", "c"])
    f.createVariable("time_bin_start", "i8", ("time_bin",))[:] = [70, 90]
    f.createVariable("time_bin_end", "i8", ("time_bin",))[:] = [90, 110]
    f.close()


def features():
    rng = np.random.default_rng(1)
    a = rng.standard_normal((6, 7)).astype("f4")
    ids = [f"im{i}" for i in range(6)]
    layers = ["conv/1", "fc", "fc", "conv/1", "fc", "fc", "fc"]
    f = netCDF4.Dataset("features.nc", "w")
    f.createDimension("presentation", 6)
    f.createDimension("neuroid", 7)
    v = f.createVariable("activations", ">f4", ("neuroid", "presentation"), zlib=True, endian="big")
    v[:] = a.T
    v.coordinates = "stimulus_id layer neuroid_num"
    text(f, "stimulus_id", "presentation", ids)
    text(f, "layer", "neuroid", layers)
    f.createVariable("neuroid_num", "i8", ("neuroid",))[:] = np.arange(7)
    f.close()
    f = netCDF4.Dataset("features_time.nc", "w")
    for name, size in (("presentation", 6), ("neuroid", 3), ("time_bin", 2)):
        f.createDimension(name, size)
    v = f.createVariable("activations", "f8", ("presentation", "time_bin", "neuroid"))
    v[:] = np.arange(36).reshape(6, 2, 3)
    v.coordinates = "image_id layer time_bin_start time_bin_end"
    text(f, "image_id", "presentation", ids)
    text(f, "layer", "neuroid", ["a", "b", "a"])
    f.createVariable("time_bin_start", "i8", ("time_bin",))[:] = [70, 90]
    f.createVariable("time_bin_end", "i8", ("time_bin",))[:] = [90, 110]
    f.close()
    pick = lambda name: np.ascontiguousarray(a[:, [i for i, l in enumerate(layers) if l == name]])
    np.save("features_fc.npy", pick("fc"))
    np.savez_compressed("features.npz", conv1=pick("conv/1"), fc=pick("fc"), stimulus_ids=np.array(ids))
    with h5py.File("features.h5", "w") as h:
        h.create_dataset("conv/1", data=pick("conv/1"), compression="gzip")
        h["fc"] = pick("fc")
        h["file_names"] = [f"images/{i}.png" for i in ids]


def kar2019():
    """Solution times by two decoders, and stimuli, of which two come twice, as Kar et al. 2019 are packaged."""
    home = "../golden/time/home/"
    rows = list(csv.DictReader(open(home + "assemblies/solve.osts/osts.csv")))
    rows += [dict(rows[7], ost="123.0"), dict(rows[20], i1="9")]
    f = netCDF4.Dataset("assy_dicarlo_Kar2019.nc", "w")
    f.createDimension("decoder", 2)
    f.createDimension("presentation", len(rows))
    v = f.createVariable("dicarlo.Kar2019", "f8", ("decoder", "presentation"), zlib=True, fill_value=np.nan)
    osts = np.array([float(r["ost"] or "nan") for r in rows])
    v[:] = np.stack([osts, osts[::-1]])
    v.coordinates = "i1 image_id image_label"
    text(f, "decoder", "decoder", ["svm", "logistic"])
    f.createVariable("i1", "f8", ("presentation",), zlib=True)[:] = [float(r["i1"]) for r in rows]
    text(f, "image_id", "presentation", [r["stimulus_id"] for r in rows])
    text(f, "image_label", "presentation", [r["truth"] for r in rows])
    f.close()
    with open("stimulus_Kar2019.csv", "w", newline="") as out:
        w = csv.writer(out, lineterminator="\n")
        w.writerow(["", "filename", "image_id", "image_label", "image_num"])
        for i, r in enumerate(rows):
            w.writerow([i, f"image_{i:04d}.jpg", r["stimulus_id"], r["truth"], i])


def ost_rows():
    """Solution times with the decoder as a coordinate, and as rows of which none is of the SVM."""
    for name, decoders in (("osts_rows.nc", ["logistic", "svm", "svm", "logistic", "svm"]), ("osts_other.nc", ["logistic"] * 5)):
        f = netCDF4.Dataset(name, "w")
        f.createDimension("presentation", 5)
        v = f.createVariable("ost", "f8", ("presentation",), fill_value=np.nan)
        v[:] = [1, 2, np.nan, 4, 5]
        v.coordinates = "i1 stimulus_id truth decoder"
        text(f, "decoder", "presentation", decoders)
        f.createVariable("i1", "f8", ("presentation",))[:] = [0.5, 1.5, 2.5, 3.5, 4.5]
        text(f, "stimulus_id", "presentation", ["im0", "im0", "im1", "im1", "im0"])
        text(f, "truth", "presentation", ["x", "x", "y", "y", "x"])
        f.close()


def properties():
    """Properties of neurons, in both orders of the axes, and files that are none."""
    for name, axes, kind, named in (("properties.nc", ("neuroid", "neuronal_property"), "f8", True), ("properties_transposed.nc", ("neuronal_property", "neuroid"), "f4", True),
                                    ("properties_counts.nc", ("neuroid", "neuronal_property"), "i4", True), ("properties_unnamed.nc", ("neuroid", "neuronal_property"), "f8", False)):
        f = netCDF4.Dataset(name, "w")
        f.createDimension("neuroid", 3)
        f.createDimension("neuronal_property", 2)
        a = np.array([[0.5, 12], [np.nan, 3.25], [0.75, np.nan]])
        v = f.createVariable("data", kind, axes, zlib=True)
        v[:] = np.nan_to_num(a).astype("i4") if kind == "i4" else a if axes[0] == "neuroid" else a.T
        v.coordinates = "neuroid_id region" + (" neuronal_property" if named else "")
        text(f, "neuroid_id", "neuroid", ["c", "a", "b"])
        text(f, "region", "neuroid", ["V1"] * 3)
        if named:
            text(f, "neuronal_property", "neuronal_property", ["bandwidth", "max_dc"])
        f.close()


def others():
    f = netCDF4.Dataset("netcdf3.nc", "w", format="NETCDF3_CLASSIC")
    f.createDimension("presentation", 2)
    f.createVariable("data", "f4", ("presentation",))[:] = 1
    f.close()
    f = netCDF4.Dataset("wrong_dims.nc", "w")
    f.createDimension("image", 2)
    f.createDimension("unit", 3)
    f.createVariable("data", "f4", ("image", "unit"))[:] = 1
    f.close()
    f = netCDF4.Dataset("twice.nc", "w")
    f.createDimension("presentation", 2)
    f.createDimension("neuroid", 2)
    v = f.createVariable("data", "f4", ("presentation", "neuroid"))
    v[:] = 1
    v.coordinates = "image_id neuroid_id"
    text(f, "image_id", "presentation", ["im0", "im1"])
    text(f, "neuroid_id", "neuroid", ["a", "a"])
    f.close()
    with h5py.File("other.h5", "w") as h:
        h["weights/names"] = ["a", "b"]


objectome()
transposed()
features()
others()
kar2019()
ost_rows()
properties()
matrices()
