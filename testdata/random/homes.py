"""Data homes and dumps in a folder, and the scores of the binary on them."""
import csv, json, subprocess
from pathlib import Path

import numpy as np


class Skip(Exception):
    """A case that has no figures to compare."""


def table(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, 'w', newline='') as f:
        writer = csv.writer(f)
        writer.writerow(header)
        writer.writerows(rows)


class Case:
    """A data home with one benchmark, a dump, and the figures that a score must have."""

    def __init__(self, root, rng):
        self.root, self.rng = Path(root), rng
        self.home, self.model = self.root / 'home', self.root / 'model'
        self.options, self.want, self.definition = [], {}, None

    def stimuli(self, name, header, rows):
        table(self.home / 'stimuli' / name / 'stimuli.csv', header, rows)

    def assembly(self, name, stimulus_set, kind, files):
        """files: name of a file to its array, or to its header and rows."""
        folder = self.home / 'assemblies' / name
        folder.mkdir(parents=True)
        (folder / 'assembly.yaml').write_text(f'identifier: {name}\nkind: {kind}\nstimulus_set: {stimulus_set}\n')
        for file, content in files.items():
            if isinstance(content, np.ndarray):
                np.save(folder / file, np.asfortranarray(content) if self.chance(.3) else content)
            else:
                table(folder / file, *content)

    def layers(self, stimulus_set, ids, arrays):
        """Writes rows of the dump, often in another order than that of ids. arrays: path below the set, without .npy, to array."""
        folder, rows = self.model / stimulus_set, np.arange(len(ids))
        folder.mkdir(parents=True)
        if self.chance(.5):
            rows = self.rng.permutation(len(ids))
            table(folder / 'stimulus_ids.csv', ['stimulus_id'], [[ids[i]] for i in rows])
        for name, array in arrays.items():
            (folder / name).parent.mkdir(exist_ok=True)
            array = array[rows]
            np.save(folder / f'{name}.npy', np.asfortranarray(array) if self.chance(.4) else array)

    def chance(self, p):
        return self.rng.random() < p

    def one_of(self, *values):
        return values[int(self.rng.integers(len(values)))]

    def define(self, definition):
        self.definition = {'identifier': 'b', 'version': 1, **definition}
        path = self.home / 'benchmarks' / 'b.yaml'
        path.parent.mkdir()
        path.write_text(json.dumps(self.definition))  # JSON is YAML

    def differences(self, binary, tolerance=2e-9):
        """Scores the dump and returns what differs from the expected figures, in words."""
        command = [binary, 'score', self.model, '--data', self.home, '--benchmark', 'b', '--format', 'json', '--quiet', *self.options]
        run = subprocess.run(command, capture_output=True, text=True)
        try:
            score = json.loads(run.stdout)['models'][0]['scores'][0]
        except (ValueError, IndexError, KeyError):
            return [f'there is no score: {run.stderr.strip()}']
        found = []
        for path, want in self.want.items():
            have = score
            for key in path.split('.'):
                have = (have[int(key)] if isinstance(have, list) else have.get(key)) if have is not None else None
            if np.isfinite(want) != (have is not None) or have is not None and abs(have - want) > tolerance * max(1, abs(want)):
                found.append(f'{path} is {have}, not {want}')
        return found


def scaled(raw, ceiling, form):
    """The ceiled score, NaN without a ceiling above zero."""
    if form == 'raw':
        return raw
    if not ceiling > 1e-13:
        return np.nan
    return {'ratio': raw / ceiling, 'explained_variance': raw * raw / ceiling, 'ratio_squared': raw * abs(raw) / ceiling ** 2}[form]


def in_order(values):
    """Distinct values, as numbers if all are, else by bytes."""
    try:
        return sorted(set(values), key=float)
    except ValueError:
        return sorted(set(values), key=lambda v: v.encode())
