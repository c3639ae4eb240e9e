"""One assembly, pooled: the order of presentations by any columns, as numbers or as text, which splits are drawn over; bins of time one by one and spanned, models in time and
static ones; mappings from responses to activations; principal components of other stimuli; layers joined; train rows kept apart; neuroids selected by their ceilings."""
import json

import numpy as np
from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit

from figures import column_pearson, finite_median, internal_consistency, predict, predictor_consistency
from homes import Skip
from patterns import ids_of

SPLIT_COLUMNS = ['object_name', 'size', 'background_id']


def numbers(values):
    """Values as numbers where all are."""
    try:
        return [float(v) for v in values]
    except ValueError:
        return list(values)


class World:
    def __init__(self, case):
        rng, self.case = case.rng, case
        self.kind = case.one_of('plain', 'per_bin', 'spanned', 'reverse', 'pca', 'joined', 'apart')
        self.n, self.neuroids = int(rng.integers(50, 110)), int(rng.integers(3, 12))
        self.bins = [(70 + 20 * b, 90 + 20 * b) for b in range(int(rng.integers(2, 4)) if self.kind in ('per_bin', 'spanned') else 1)]
        self.ids = [str(i) for i in rng.permutation(3 * self.n)[:self.n]] if case.chance(.4) else ids_of(case, self.n)
        of = lambda *values: [case.one_of(*values) for _ in range(self.n)]
        self.columns = {'stimulus_id': self.ids, 'object_name': of('o0', 'o1', 'o2', 'o3'), 'size': of(2, 9, 10, 100, -3), 'background_id': of(*range(25))}
        case.stimuli('a', ['object_name', 'stimulus_id', 'size', 'background_id'], zip(*(self.columns[c] for c in ('object_name', 'stimulus_id', 'size', 'background_id'))))
        state = rng.normal(size=(self.n, 6))
        self.dump(state)
        self.record(np.einsum('nl,ltb->ntb', state, rng.normal(size=(6, self.neuroids, len(self.bins)))))

    def dump(self, state):
        """Writes the layer and sets X, an array a bin."""
        case, rng = self.case, self.case.rng
        features, type_ = case.one_of(3, 8, 20, 60, 200), case.one_of('f2', 'f4', 'f8')
        weights, settings = rng.normal(size=(6, features)), {}
        layer = lambda: (state @ (weights + .3 * rng.normal(size=weights.shape)) + .4 * rng.normal(size=(self.n, features)) + 1).astype(type_)
        if self.kind == 'per_bin' or self.kind == 'spanned' and case.chance(.7):
            X = [layer() for _ in self.bins]
            case.layers('a', self.ids, {f'layer/{start}-{end}': x for (start, end), x in zip(self.bins, X)})
        else:
            X = [layer()] * len(self.bins)
            cut = max(1, features // 3)
            case.layers('a', self.ids, {'first': X[0][:, :cut], 'second': X[0][:, cut:]} if self.kind == 'joined' else {'layer': X[0]})
        self.X = [x.astype(float) for x in X]
        if self.kind == 'joined':
            settings['commitments'] = {'IT': ['first', 'second']}
        else:
            case.options = ['--layer', 'layer']
        if self.kind == 'pca':
            components, fitting = int(rng.integers(2, 12)), int(rng.integers(14, 40))
            Z = (rng.normal(size=(fitting, 6)) @ weights + .4 * rng.normal(size=(fitting, features)) + 1).astype('f4')
            case.stimuli('z', ['stimulus_id'], [[f'z{i}'] for i in range(fitting)])
            (case.model / 'z').mkdir()
            np.save(case.model / 'z' / 'layer.npy', Z)
            settings['reduction'] = {'pca': components, 'fit_stimulus_set': 'z'}
            if features > components:
                Z = Z.astype(float)
                U, _, Vt = np.linalg.svd(Z - Z.mean(0), full_matrices=False)
                signs = np.sign(U[np.abs(U).argmax(0), np.arange(U.shape[1])])[:components]  # as scikit-learn's
                self.X = [(x - Z.mean(0)) @ (Vt[:components].T * signs) for x in self.X]
        if settings:
            (case.model / 'model.yaml').write_text(json.dumps({'identifier': 'model', **settings}))

    def record(self, signal):
        case, rng = self.case, self.case.rng
        repetitions, rows, values = int(rng.integers(3, 7)), [], []
        for i in range(self.n):
            for r in range(repetitions - (repetitions > 4 and self.kind == 'reverse' and case.chance(.2))):
                rows.append((i, r))
                values.append(.6 * signal[i] + .7 * rng.normal(size=signal[i].shape))
        order = rng.permutation(len(rows))
        self.rows, self.values = [rows[i] for i in order], np.array(values)[order]
        present = ['stimulus_id', 'repetition', *[c for c in SPLIT_COLUMNS if case.chance(.5)]]
        self.present = [str(c) for c in rng.permutation(present)]
        cell = lambda column, i, r: r if column == 'repetition' else self.columns[column][i]
        files = {'values.npy': self.values if len(self.bins) > 1 else self.values[:, :, 0],
                 'presentation.csv': (self.present, [[cell(c, i, r) for c in self.present] for i, r in self.rows]),
                 'neuroid.csv': (['neuroid_id', 'region'], [(f'u{j}', 'IT') for j in range(self.neuroids)])}
        if len(self.bins) > 1:
            files['time_bin.csv'] = (['time_bin_start', 'time_bin_end'], self.bins)
        case.assembly('A', 'a', 'neural', files)

    def order(self):
        """The stimuli of the averaged assembly: ascending by all columns but the repetition, from the first."""
        keys = [numbers(self.columns[c]) for c in self.present if c != 'repetition']
        return sorted(range(self.n), key=lambda i: tuple(key[i] for key in keys))

    def by_id(self, stimuli):
        key = numbers(self.ids)
        return sorted(stimuli, key=lambda i: key[i])


def draw(case):
    rng, world = case.rng, World(case)
    names = {'reverse': ['reverse_ridge', 'reverse_pls', 'reverse_linear', 'reverse_ridgecv'], 'spanned': ['pls', 'ridge']}
    metric = {'name': case.one_of(*names.get(world.kind, ['ridge', 'ridgecv', 'pls', 'linear', 'neuron_to_neuron']))}
    if metric['name'].endswith('ridge'):
        metric['alpha'] = case.one_of(.1, 1, 10, 1000)
    if metric['name'] == 'ridgecv':
        metric['alphas'] = [10. ** a for a in range(-2, 5)]
    if metric['name'].endswith('pls'):
        metric['components'] = min(int(rng.integers(1, 6)), world.neuroids if world.kind == 'reverse' else world.X[0].shape[1])
    cv = {'splits': int(rng.integers(2, 8)), 'train_size': case.one_of(.9, .8, .7), 'seed': int(rng.integers(50))}
    if case.chance(.6):
        cv['stratify'] = 'object_name'
    if world.kind == 'apart':
        cv |= {'apart': 'background_id', 'except': 0}
    if case.chance(.3):
        cv['order'] = 'stimulus_set'
    ceiling = {'name': 'internal_consistency', 'splits': 10, 'seed': 1}
    if world.kind == 'reverse' and case.chance(.6):
        ceiling = {'name': 'predictor_consistency', 'splits': 10, 'seed': int(rng.integers(4))}
    definition = {'kind': 'neural', 'region': 'IT', 'assembly': 'A', 'stimulus_set': 'a', 'metric': metric, 'cross_validation': cv, 'ceiling': ceiling, 'score': 'explained_variance'}
    if len(world.bins) > 1:
        definition['time'] = world.kind
    above = .8 if world.kind in ('apart', 'plain') and case.chance(.5) else None
    if above:
        definition['select_ceiling'] = {'above': above}
    kept, ceilings = ceilings_of(world, ceiling, above)
    raw = [np.mean(r) for r in zip(*(split_figures(world, metric, kept, *split) for split in splits(world, cv)))]
    case.define(definition)
    case.want = {'raw.value': np.mean(raw), 'ceiling.value': np.mean(ceilings), 'score.value': np.mean([r * r / c for r, c in zip(raw, ceilings)])}


def ceilings_of(world, ceiling, above):
    """The neuroids that are kept and the ceiling of each bin."""
    stimuli, repetitions = [world.ids[i] for i, _ in world.rows], [r for _, r in world.rows]
    kept, ceilings = np.arange(world.neuroids), []
    for b in range(len(world.bins)):
        trials = world.values[:, :, b]
        if ceiling['name'] == 'predictor_consistency':
            order = [world.ids[i] for i in world.by_id(range(world.n))]
            ceilings.append(np.mean(predictor_consistency(trials, repetitions, stimuli, order, ceiling['seed'])))
            continue
        halves = internal_consistency(trials, repetitions, stimuli, ceiling['seed'])
        if above:
            kept = np.flatnonzero(halves.mean(0) > above)
            if len(kept) == 0:
                raise Skip
        ceilings.append(np.mean([finite_median(split) for split in halves[:, kept]]))
    return kept, ceilings


def splits(world, cv):
    base = list(range(world.n)) if 'order' in cv else world.order()
    options = {'n_splits': cv['splits'], 'train_size': cv['train_size'], 'random_state': cv['seed']}
    labels = [world.columns['object_name'][i] for i in base]
    drawn = StratifiedShuffleSplit(**options).split(base, labels) if 'stratify' in cv else ShuffleSplit(**options).split(base)
    for train, test in drawn:
        train, test = world.by_id(base[i] for i in train), world.by_id(base[i] for i in test)
        if 'apart' in cv:
            background = world.columns['background_id']
            shown = {background[i] for i in test} - {0}
            train = [i for i in train if background[i] not in shown]
            if len(train) < 3:
                raise Skip
        yield train, test


def split_figures(world, metric, kept, train, test):
    """The median correlation of each bin."""
    Y = np.array([world.values[[k for k, (j, _) in enumerate(world.rows) if j == i]].mean(0) for i in range(world.n)])[:, kept]
    each = []
    for b, X in enumerate(world.X):
        if world.kind == 'reverse':
            prediction, truth = predict({**metric, 'name': metric['name'].removeprefix('reverse_')}, Y[train, :, b], X[train], Y[test, :, b]), X[test]
        elif world.kind == 'spanned':  # rows of train are pairs of a stimulus and a bin
            pairs = np.stack([x[train] for x in world.X], 1).reshape(len(train) * len(world.X), -1)
            prediction, truth = predict(metric, pairs, Y[train].swapaxes(1, 2).reshape(len(pairs), -1), X[test]), Y[test, :, b]
        else:
            prediction, truth = predict(metric, X[train], Y[train, :, b], X[test]), Y[test, :, b]
        each.append(finite_median(column_pearson(prediction, truth)))
    return each
