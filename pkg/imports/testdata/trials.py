#!/usr/bin/env python3
"""Writes trials.zip: small assemblies of trials in the forms that BrainIO publishes.

Run with Debian's python3-netcdf4 and python3-numpy, in this folder.
"""
import os
import tempfile
import zipfile

import netCDF4
import numpy as np

files = {}


def assembly(name, values, dim="presentation", **coordinates):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "f.nc")
        f = netCDF4.Dataset(path, "w")
        f.createDimension(dim, len(values))
        for key, column in {**coordinates, "data": values}.items():
            kind = str if isinstance(column[0], str) else np.asarray(column).dtype
            v = f.createVariable(key, kind, (dim,))
            v[:] = np.array(column, object) if kind is str else np.asarray(column)
            if key == "data":
                v.coordinates = " ".join(coordinates)
        f.close()
        files[name + ".nc"] = open(path, "rb").read()


IDS = ["im0", "im1", "im2"]
# As of Baker et al.: the values are whether the answer was right.
assembly("right", [1, 0, 1], stimulus_id=IDS, subject=[1, 1, 2], orientation=["normal"] * 3, condition=["w", "f", "w"], truth=["cat", "bear", "cat"], correct=[1, 0, 1])
# Ferguson et al.: without truth, subjects under another name.
assembly("oddball", [1, 1, 0], stimulus_id=IDS, participant_id=["p1", "p1", "p2"], correct=[1, 1, 0], target_present=[1, 0, 1], distractor_nums=["1.0", "5.0", "11.0"], block=["first", "first", "second"])
# Scialom et al., Lonnqvist et al. and BMD: the values are the answers.
assembly("answers", ["Bowl", "Cup", "Cup"], stimulus_id=IDS, subject=[7, 7, 9], is_correct=[1, 0, 1], subject_answer=["Bowl", "Cup", "Cup"], condition=["12"] * 3, truth=["Bowl", "Pan", "Cup"])
# Coggan & Tong: all but the answer is in the stimulus set.
assembly("occluded", ["hare", "bear", "hare"], stimulus_id=IDS, human_accuracy=[1.0, 0.0, 0.0])
# Maniquet et al.: the values are accuracies, the labels have other names.
assembly("tasks", [1, 0, 1], stimulus_id=IDS, image_label=["face", "car", "car"], prediction=["face", "face", "car"], response=["f", "f", "c"], subject_id=["n1", "n1", "n2"], task=["control", "clutter_heavy", "control"])
# Hebart et al.: the last of three is the odd one.
assembly("triplets", [2, 0], stimulus_id=[2, 0], triplet_id=["triplet_0", "triplet_1"], image_1=[0, 1], image_2=[1, 2], image_3=[2, 0])
# Malania et al.: a threshold for each subject.
assembly("thresholds", [52.5, np.nan, 81.0], dim="subject", subject=[1, 2, 6])
# What is neither right nor wrong.
assembly("half", [1.0, 0.5, 0.0], stimulus_id=IDS, subject=[1, 1, 2], correct=[1.0, 0.5, 0.0])

with zipfile.ZipFile("trials.zip", "w", zipfile.ZIP_DEFLATED) as z:
    for name in sorted(files):
        z.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
