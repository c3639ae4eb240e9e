"""Simulates images of objects in several domains with the layers of a model, and scores them
with scikit-learn 1.2.1 by the formula of `brainscore metrics show readout_accuracy`.

Run it in its folder: it writes home/, models/ and expected.json.
"""
import csv
import json
import os

import numpy as np
from sklearn.linear_model import RidgeClassifierCV
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

SET, MODEL = "scenes", "domain-net"
OBJECTS = ["apple", "bear", "car", "dog", "plane"]
random = np.random.RandomState(7)

# (source, style, images, share of the object's pattern, backgrounds)
DOMAINS = [
    ("Silhouette", "original", 53, 1.0, True),
    ("Art", "sketch", 31, 0.6, False),
    ("Art", "mosaic", 20, 0.4, False),
    ("Silhouette", "outline", 53, 0.5, True),
    ("Photo", "", 44, 0.8, False),
    ("Other", "textures", 15, 0.3, False),
]
rows = []
for source, style, count, share, backgrounds in DOMAINS:
    for i in range(count):
        rows.append(dict(stimulus_source=source, object_style=style or "photo", object_label=OBJECTS[(i * i + i // 7) % 5] if i >= 10 else OBJECTS[i % 5],
                         background_id=i + 1 if backgrounds else 0, share=share))
rows = [rows[i] for i in random.permutation(len(rows))]
for i, row in enumerate(rows):
    row["stimulus_id"] = "im%04d" % ((i * 89) % 997)  # not ascending

patterns = random.randn(5, 400)
style = {d[:2]: random.randn(400) for d in DOMAINS}
codes = np.array([OBJECTS.index(r["object_label"]) for r in rows])
shares = np.array([r["share"] for r in rows])
kinds = np.array([style[(r["stimulus_source"], "" if r["stimulus_source"] == "Photo" else r["object_style"])] for r in rows])
wide = .5 * shares[:, None] * patterns[codes] + .7 * kinds + 2 * random.randn(len(rows), 400)
wide = wide + 50 * random.rand(400)  # large offsets
wide[:, 300:] = np.maximum(wide[:, 300:] - wide[:, 300:].mean(0) - 3, 0)  # mostly silent, as behind a ReLU
wide[:, 7] = 3.1  # constant
layers = {"wide": wide.astype(np.float32), "few": .3 * shares[:, None] * patterns[codes, :9] + random.randn(len(rows), 9), "noise": random.randn(len(rows), 300)}

BENCHMARKS = {
    "scenes-readout": dict(domains=["Art/sketch", "Art/mosaic", "Photo"], by_background=["Silhouette/outline"], test=20, splits=40, seed=0),
    "scenes-drawn": dict(domains=["Photo", "Art/sketch"], by_background=[], test=15, splits=25, seed=3),
}
ALPHAS = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10]


def images(domain):
    source, _, style = domain.partition("/")
    return np.array([i for i, r in enumerate(rows) if r["stimulus_source"] == source and (not style or r["object_style"] == style)])


def draw(at, test, state):
    """The images to test and the others; none is drawn if all are tested."""
    if len(at) == test:
        return at, None
    return train_test_split(at, train_size=test, stratify=labels[at], random_state=state)


def accuracy(model, x, y):
    values = model.decision_function(x)
    own = np.searchsorted(model.classes_, y)
    lower = values < values[np.arange(len(y)), own][:, None]
    return (lower.sum(1) / (len(model.classes_) - 1)).mean()


labels = np.array([r["object_label"] for r in rows])
backgrounds = np.array([r["background_id"] for r in rows])


def score(x, domains, by_background, test, splits, seed):
    state = np.random.RandomState(seed)
    x = x.astype(float)
    results = []
    for _ in range(splits):
        tested, train = draw(images("Silhouette/original"), test, state)
        assert set(labels[train]) == set(OBJECTS)
        tests = [tested] + [draw(images(d), test, state)[0] for d in domains]
        for d in by_background:
            at = images(d)
            tests.append(at[np.isin(backgrounds[at], backgrounds[tested])])
        scaler = StandardScaler().fit(x[train])
        model = RidgeClassifierCV(alphas=ALPHAS).fit(scaler.transform(x[train]), labels[train])
        results.append([accuracy(model, scaler.transform(x[at]), labels[at]) for at in tests])
    means = np.mean(results, axis=0)
    return means.mean(), means.std()


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


columns = ["stimulus_id", "stimulus_source", "object_style", "object_label", "background_id"]
os.makedirs("home/stimuli/" + SET, exist_ok=True)
with open("home/stimuli/%s/stimuli.csv" % SET, "w", newline="") as f:
    writer = csv.DictWriter(f, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
for name, b in BENCHMARKS.items():
    options = "train: Silhouette/original, domains: [%s]" % ", ".join(b["domains"])
    if b["by_background"]:
        options += ", by_background: [%s]" % ", ".join(b["by_background"])
    write("home/benchmarks/%s.yaml" % name, f"""identifier: {name}
kind: behavioral
region: IT
stimulus_set: {SET}
metric: {{name: readout_accuracy, {options}, test: {b["test"]}, splits: {b["splits"]}, seed: {b["seed"]}}}
ceiling: {{value: 1}}
score: ratio
""")
write("models/%s/model.yaml" % MODEL, "identifier: %s\n" % MODEL)
order = random.permutation(len(rows))
write("models/%s/%s/stimulus_ids.csv" % (MODEL, SET), "stimulus_id\n" + "".join(rows[i]["stimulus_id"] + "\n" for i in order))
expected = []
for name, b in BENCHMARKS.items():
    for layer, x in sorted(layers.items()):
        np.save("models/%s/%s/%s.npy" % (MODEL, SET, layer), x[order])
        value, error = score(x, **b)
        expected.append(dict(model=MODEL, benchmark=name, layer=layer, raw=dict(value=value, error=error), ceiling=dict(value=1), score=dict(value=value, error=error)))
write("expected.json", json.dumps(expected, indent=1) + "\n")
