"""Writes recordings.zip: the same recordings in every format that import recordings reads.

    apt-get install python3-h5py python3-scipy && python3 recordings.py
"""
import io
import zipfile

import h5py
import numpy as np
import scipy.io
import scipy.sparse

IDS = np.array([f"im{i}" for i in (3, 0, 5, 1, 4, 2)])
N, R, U = 6, 3, 4
X = (10 * np.arange(N)[:, None, None] + np.arange(R)[:, None] + np.arange(U) / 8).astype("f8")
X[2, 2] = np.nan  # shown twice only
TRIALS = X.reshape(-1, U)[~np.isnan(X).all(-1).ravel()]
TRIAL_IDS = np.repeat(IDS, R)[~np.isnan(X).all(-1).ravel()]
files = {}


def add(name, save):
    f = io.BytesIO()
    save(f)
    files[name] = f.getvalue()


def npy(name, a):
    add(name + ".npy", lambda f: np.save(f, a))


def h5(name, fill, **options):
    def save(f):
        with h5py.File(f, "w", **options) as h:
            fill(h)
        if options.get("userblock_size"):
            f.seek(0)
            f.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64 HDF5 schema 1.00 .".ljust(116) + b"\0" * 8 + b"\x00\x02IM")
    add(name, save)


npy("reps", X)
npy("reps_fortran", np.asfortranarray(X))
npy("reps_single", X.astype("f4"))
npy("reps_half", X.astype("f2"))
npy("reps_big", X.astype(">f8"))
npy("trials", TRIALS)
npy("mean", X[:, 0])
npy("units_first", np.ascontiguousarray(X.transpose(2, 0, 1)))
npy("nothing", np.full((N, R, U), np.nan))
npy("four", X[None])
add("reps.npz", lambda f: np.savez(f, rates=X, pictures=IDS))
add("reps_compressed.npz", lambda f: np.savez_compressed(f, rates=X, pictures=IDS))
add("trials.npz", lambda f: np.savez(f, rates=TRIALS, pictures=TRIAL_IDS))
add("two.npz", lambda f: np.savez(f, rates=X, latencies=X[:3], pictures=IDS))
add("silent.npz", lambda f: np.savez(f, rates=X))


def plain(h):
    h["session/rates"] = X
    h["session/stimulus_id"] = [s.encode() for s in IDS]


def unwritten(h):
    h.create_dataset("rates", X.shape, "f8", chunks=(1, R, U))[:2] = X[:2]
    h["stimulus_id"] = [s.encode() for s in IDS]


def put(h, name, a, kind="double"):
    d = h.create_dataset(name, data=np.ascontiguousarray(np.array(a).T))
    d.attrs["MATLAB_class"] = np.bytes_(kind)
    return d


def matlab(h):
    put(h, "rates", X)
    refs = np.empty((1, N), dtype=h5py.ref_dtype)
    for i, s in enumerate(IDS):
        refs[0, i] = put(h, f"#refs#/c{i}", np.array([[ord(c) for c in s]], "u2"), "char").ref
    h.create_dataset("pictures", data=refs).attrs["MATLAB_class"] = np.bytes_("cell")


def matlab_chars(h):
    put(h, "rates", X)
    put(h, "pictures", np.array([[ord(c) for c in s] for s in IDS], "u2"), "char")


def nwb(h, counts="trials"):
    """Trials with a column of spike counts by unit, as the NWB schema lays out its tables.

    Units have a column of counts by trial instead, or spike times alone."""
    h.attrs["nwb_version"], h.attrs["neurodata_type"] = "2.6.0", "NWBFile"
    for table, columns in (("intervals/trials", {"stimulus_id": [s.encode() for s in TRIAL_IDS], "spike_counts": TRIALS,
                                                "start_time": np.arange(len(TRIALS)) / 2, "stop_time": np.arange(len(TRIALS)) / 2 + 0.1}),
                           ("units", {"spike_times": np.arange(20) / 10, "spike_times_index": np.arange(1, U + 1) * 5})):
        g = h.create_group(table)
        g.attrs["neurodata_type"] = "TimeIntervals" if "trials" in table else "Units"
        g.attrs["colnames"] = np.array(list(columns), dtype=h5py.string_dtype())
        g["id"] = np.arange(len(TRIALS) if "trials" in table else U)
        for name, values in columns.items():
            g[name] = values
            g[name].attrs["neurodata_type"] = "VectorData"
    if counts != "trials":
        del h["intervals/trials/spike_counts"]
    if counts == "units":
        h["units/spike_counts"] = TRIALS.T


h5("reps.h5", plain)
h5("unwritten.h5", unwritten)
h5("reps.mat", matlab, userblock_size=512)
h5("chars.mat", matlab_chars, userblock_size=512)
h5("trials.nwb", nwb)
h5("units.nwb", lambda h: nwb(h, "units"))
h5("spikes.nwb", lambda h: nwb(h, "none"))

def mat(name, compress=False, **variables):
    """MATLAB 5, as scipy writes it."""
    add(name, lambda f: scipy.io.savemat(f, variables, do_compression=compress))


def mat_narrow(name, order):
    """MATLAB 5 in either byte order, doubles stored as the narrowest type, as MATLAB does."""
    def element(kind, data):
        return np.array([kind, len(data)], order + "u4").tobytes() + data + b"\0" * (-len(data) % 8)

    def matrix(name, cls, shape, kind, data):
        body = element(6, np.array([cls, 0], order + "u4").tobytes()) + element(5, np.array(shape, order + "i4").tobytes())
        body += element(1, name) + element(kind, data)
        return element(14, body)

    whole = (X * 8).ravel(order="F")
    whole[np.isnan(whole)] = 0
    body = matrix(b"rates", 6, X.shape, 3, whole.astype(order + "i2").tobytes())
    body += matrix(b"pictures", 4, (N, 3), 4, np.array([[ord(c) for c in s] for s in IDS], order + "u2").ravel(order="F").tobytes())
    head = b"MATLAB 5.0 MAT-file, narrow".ljust(124)
    add(name, lambda f: f.write(head + np.array([0x100], order + "u2").tobytes() + (b"IM" if order == "<" else b"MI") + body))


CELLS = IDS.astype(object)[:, None]
mat("five.mat", rates=X, pictures=CELLS)
mat("five_compressed.mat", True, rates=X, pictures=CELLS, note="one text", empty=np.zeros((0, 3)))
mat("five_chars.mat", rates=X, pictures=IDS)
mat("five_single.mat", True, rates=X.astype("f4"), pictures=CELLS)
mat("five_struct.mat", rates=X, pictures=CELLS, info={"rig": "A", "day": np.arange(6)})
mat("five_trials.mat", True, rates=TRIALS, pictures=TRIAL_IDS.astype(object)[:, None])
mat("five_ids.mat", rates=X, stimulus_ids=np.array([3, 0, 5, 1, 4, 2]))
mat("five_only_struct.mat", data={"rates": X})
mat("five_sparse.mat", rates=scipy.sparse.csc_matrix(np.nan_to_num(X[:, 0])), pictures=CELLS)
mat("five_complex.mat", rates=X + 1j, pictures=CELLS)
mat("five_silent.mat", rates=X)
mat_narrow("five_narrow.mat", "<")
mat_narrow("five_narrow_big.mat", ">")

add("four.mat", lambda f: scipy.io.savemat(f, {"rates": TRIALS}, format="4"))
add("octave.mat", lambda f: f.write(b"# Created by Octave 7.3.0\n# name: rates\n# type: matrix\n# rows: 1\n# columns: 2\n 1 2\n"))
files["five_cut.mat"] = files["five_compressed.mat"][:-200]
files["five_changed.mat"] = files["five_compressed.mat"][:300] + b"\xff" + files["five_compressed.mat"][301:]

with zipfile.ZipFile("recordings.zip", "w", zipfile.ZIP_DEFLATED) as z:
    for name, data in sorted(files.items()):
        z.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
