"""Recordings of one or several subjects, by mappings (fixed test stimuli or splits) and by similarities: selection of neuroids, ids that repeat between subjects,
stimuli that one subject alone saw, lost trials, missing values, bins as neuroids, ceilings from trials, from columns, of single subjects and between them; files in
other orders, types and byte orders."""
import numpy as np
from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit

from figures import column_pearson, finite_median, internal_consistency, noise_ceiling, predict, similarity
from homes import Skip, scaled
from patterns import ids_of

MEETS = {'above': np.greater, 'below': np.less, 'at_least': np.greater_equal, 'at_most': np.less_equal}


class World:
    def __init__(self, case):
        rng, self.case = case.rng, case
        self.per, self.mapping, self.fixed = case.chance(.7), case.chance(.6), False
        subjects = int(rng.integers(2, 5)) if self.per or case.chance(.6) else 1
        self.fixed = self.mapping and case.chance(.7)
        self.sets = ['a', 'b'] if self.fixed or not self.mapping and case.chance(.4) else ['a']
        self.flat = self.mapping and case.chance(.25)
        self.bins = int(rng.integers(2, 5)) if self.flat else 1
        self.apart = self.per and self.fixed and not self.flat and case.chance(.25)  # each subject has stimuli of its own
        self.missing = self.mapping and not self.apart and not self.flat and case.chance(.15)
        self.names = [f's{i}' for i in rng.permutation(9)[:subjects]]
        neuroids = [(s, f'u{j}') for s in self.names for j in range(int(rng.integers(3, 9)))]
        self.neuroids = [neuroids[i] for i in rng.permutation(len(neuroids))]
        repeat = self.per and case.chance(.5)
        self.label = {x: x[1] if repeat else x[0] + x[1] for x in self.neuroids}
        self.nc = {x: case.one_of(-4, 10, 30, 31.5, 55, 80, 100) for x in self.neuroids}
        self.rel = {x: round(float(rng.uniform(.01, 1)), 3) for x in self.neuroids}
        self.ids, self.X, self.objects, self.trials = {}, {}, {}, {}
        latent, features = int(rng.integers(3, 9)), case.one_of(2, 5, 12, 30, 60, 150)
        to_features, to_neuroids = rng.normal(size=(latent, features)), rng.normal(size=(latent, len(neuroids), self.bins))
        unit = 10. ** rng.integers(-4, 5) if case.chance(.4) else 1
        for name in self.sets:
            n = int(rng.integers(24, 70)) if name == 'a' else int(rng.integers(14, 40))
            self.ids[name], self.objects[name] = ids_of(case, n), [f'o{i}' for i in rng.integers(0, 4, n)]
            state = rng.normal(size=(n, latent))
            X = (state @ to_features + .3 * rng.normal(size=(n, features)) + rng.normal()).astype(case.one_of('f2', 'f4', 'f8', '>f4', '>f8'))
            case.stimuli(name, ['stimulus_id', 'object_name'], zip(self.ids[name], self.objects[name]))
            case.layers(name, self.ids[name], {'layer': X.reshape(n, 2, 3, -1) if features % 6 == 0 and case.chance(.4) else X})
            self.X[name] = X.astype(float)
            self.record(name, np.einsum('nl,ltb->ntb', state, to_neuroids), unit)

    def record(self, name, signal, unit):
        case, rng = self.case, self.case.rng
        repetitions = int(rng.integers(1, 3)) if self.fixed and name == 'a' else int(rng.integers(4, 7))
        uneven, rows, values = case.chance(.3), [], []
        for i in range(len(signal)):
            owner = case.one_of(*self.names)
            for r in range(repetitions - (repetitions > 5 and uneven and case.chance(.3))):
                v = .7 * signal[i] + .6 * rng.normal(size=signal[i].shape)
                if self.apart:
                    v[[k for k, x in enumerate(self.neuroids) if x[0] != owner]] = np.nan
                if self.missing and case.chance(.03):
                    v[int(rng.integers(len(v)))] = np.nan
                rows.append((self.ids[name][i], r + 1, self.objects[name][i]))
                values.append(v * unit)
        order = rng.permutation(len(rows))
        rows, values = [rows[i] for i in order], np.array(values)[order].astype(case.one_of('f4', 'f8'))
        columns = rng.permutation(len(self.neuroids))  # matched by subject and id, never by place
        if name == 'a':
            self.neuroids_in_file = [self.neuroids[k] for k in columns]
        files = {'values.npy': values[:, columns] if self.flat else values[:, columns, 0],
                 'presentation.csv': (['stimulus_id', 'repetition', 'object_name'], rows),
                 'neuroid.csv': (['neuroid_id', 'subject', 'region', 'nc', 'rel'],
                                 [(self.label[x], x[0], 'IT', self.nc[x], self.rel[x]) for x in (self.neuroids[k] for k in columns)])}
        if self.flat:
            files['time_bin.csv'] = (['time_bin_start', 'time_bin_end'], [(10 * b, 10 * b + 10) for b in range(self.bins)])
        case.assembly(f'A.{name}', name, 'neural', files)
        self.trials[name] = {'stimulus': [r[0] for r in rows], 'repetition': [r[1] for r in rows], 'values': values.astype(float)}

    def select(self):
        """Draws bounds and bins; returns the keys of the definition."""
        case, keys, self.kept_bins = self.case, {}, list(range(self.bins))
        if case.chance(.4):
            keys.setdefault('select', {})['nc'] = {'above': 30}
        if case.chance(.3):
            keys.setdefault('select', {})['rel'] = {case.one_of(*MEETS): .5}
        bounds = keys.get('select', {}).items()
        self.kept = [x for x in self.neuroids_in_file
                     if all(MEETS[how](getattr(self, column)[x], bound) for column, b in bounds for how, bound in b.items())]
        if len(self.kept) < 2 or self.per and {x[0] for x in self.kept} != set(self.names):
            raise Skip
        if self.flat:
            start, end = 10 * int(case.rng.integers(0, self.bins)), 10 * self.bins + int(case.rng.integers(0, 5))
            keys.update(time='flat', time_range=[start, end])
            self.kept_bins = [b for b in range(self.bins) if 10 * b >= start]
        if self.missing:
            keys['missing'] = 'drop'
        if self.per:
            keys['per'] = 'subject'
        return keys

    def groups(self):
        return [[x for x in self.kept if not self.per or x[0] == s] for s in (sorted(self.names) if self.per else [''])]

    def single(self, name, group):
        """Presentations x (neuroid, bin)."""
        places = [self.neuroids.index(x) for x in group]
        values = self.trials[name]['values'][:, places][:, :, self.kept_bins]
        return values.reshape(len(values), -1)

    def averaged(self, name, group):
        """The stimuli that the group has, ascending by id, and its mean responses."""
        values, stimuli = self.single(name, group), self.trials[name]['stimulus']
        order = sorted(set(stimuli))
        means = [values[[i for i, s in enumerate(stimuli) if s == stimulus]] for stimulus in order]
        Y = np.array([np.nanmean(m, 0) if self.missing or self.apart else m.mean(0) for m in means])
        has = ~np.isnan(Y).any(1)
        return [self.ids[name].index(s) for s, h in zip(order, has) if h], Y[has]


def draw(case):
    world = World(case)
    definition = {'kind': 'neural', 'region': 'IT', **world.select()}
    sets = {'train': 'a', 'test': 'b'} if world.fixed else world.sets if len(world.sets) > 1 else 'a'
    named = lambda of: {k: f'A.{v}' for k, v in of.items()} if isinstance(of, dict) else [f'A.{v}' for v in of] if isinstance(of, list) else f'A.{of}'
    definition.update(assembly=named(sets), stimulus_set=sets)
    (mappings if world.mapping else similarities)(world, definition)
    case.define(definition)
    case.options = ['--layer', 'layer']
    case.want['counts.neuroids'] = len(world.kept) * len(world.kept_bins)


def mappings(world, definition):
    case, rng = world.case, world.case.rng
    metric = {'name': case.one_of('ridge', 'ridgecv', 'ridgecv', 'pls', 'linear', 'neuron_to_neuron')}
    match metric['name']:
        case 'ridge':
            metric['alpha'] = case.one_of(.1, 1, 10, 1000)
        case 'pls':
            metric['components'] = min(int(rng.integers(1, 8)), world.X['a'].shape[1])
        case 'ridgecv':
            if case.chance(.7):
                metric['alphas'] = [10. ** a for a in rng.permutation(np.arange(-3, 6))[:int(rng.integers(2, 8))]]
            if case.chance(.4):
                metric['alpha_per'] = 'neuroid'
            if case.chance(.3):
                metric['folds'] = int(rng.integers(2, 6))
    ceiling = case.one_of({'name': 'internal_consistency', 'splits': 10, 'seed': int(rng.integers(5))}, {'column': 'rel'},
                          {'column': 'nc', 'percent': True}, {'column': 'nc', 'percent': True, 'root': True})
    if world.fixed and 'name' in ceiling:
        ceiling['of'] = 'test'
    form = case.one_of('explained_variance', 'ratio')
    definition.update(metric=metric, ceiling=ceiling, score=form)
    if not world.fixed:
        definition['cross_validation'] = {'splits': int(rng.integers(2, 11)), 'train_size': case.one_of(.9, .8, .5), 'seed': int(rng.integers(50))}
        if case.chance(.5) and len(world.ids['a']) >= 45 and np.unique(world.objects['a'], return_counts=True)[1].min() >= 2:
            definition['cross_validation']['stratify'] = 'object_name'
    raw, ceilings = [], []
    for group in world.groups():
        raw.append(np.mean([finite_median(column_pearson(predict(metric, X, Y, Z), truth)) for X, Y, Z, truth in splits(world, definition, group)]))
        ceilings.append(ceiling_of(world, ceiling, group))
    if not min(ceilings) > 1e-6 or np.isnan(raw).any():  # a subject with too few stimuli of its own
        raise Skip
    case.want = {'raw.value': np.mean(raw), 'ceiling.value': np.mean(ceilings), 'score.value': np.mean([scaled(r, c, form) for r, c in zip(raw, ceilings)])}
    if world.per:
        case.want |= {f'subjects.{i}.raw': r for i, r in enumerate(raw)}


def splits(world, definition, group):
    """Yields train activations and responses, and those of test."""
    train, Y = world.averaged('a', group)
    X = world.X['a'][train]
    if world.fixed:
        test, truth = world.averaged('b', group)
        yield X, Y, world.X['b'][test], truth
        return
    cv = definition['cross_validation']
    options = {'n_splits': cv['splits'], 'train_size': cv['train_size'], 'random_state': cv['seed']}
    labels = [world.objects['a'][i] for i in train]
    if 'stratify' in cv and np.unique(labels, return_counts=True)[1].min() < 2:
        raise Skip
    drawn = StratifiedShuffleSplit(**options).split(X, labels) if 'stratify' in cv else ShuffleSplit(**options).split(X)
    for train, test in drawn:
        train, test = np.sort(train), np.sort(test)
        yield X[train], Y[train], X[test], Y[test]


def ceiling_of(world, ceiling, group):
    if 'name' in ceiling:
        name = 'b' if world.fixed else 'a'
        trials, values = world.trials[name], world.single(name, group)
        whole = np.flatnonzero(~np.isnan(values).any(1))
        halves = internal_consistency(values[whole], [trials['repetition'][i] for i in whole], [trials['stimulus'][i] for i in whole], ceiling['seed'])
        return np.mean([finite_median(split) for split in halves])
    v = np.array([getattr(world, ceiling['column'])[x] for x in group])
    v = np.clip(v, 0, 100) / 100 if 'percent' in ceiling else v
    return np.median(np.sqrt(v) if 'root' in ceiling else v)


def similarities(world, definition):
    case, groups = world.case, world.groups()
    metric = {'name': case.one_of('rdm', 'rdm', 'cka', 'procrustes', 'cca', 'svcca')}
    match metric['name']:
        case 'rdm':
            metric['compare'] = case.one_of('pearson', 'spearman', 'kendall', 'rho_a', 'cosine', 'whitened_cosine', 'whitened_pearson')
            metric['distance'] = case.one_of('correlation', 'sqeuclidean', 'euclidean', 'cosine')
        case 'cka':
            metric['biased'] = case.chance(.5)
        case 'cca':
            metric['alpha'] = case.one_of(.1, .5, .9)
        case 'svcca':
            metric['variance'] = case.one_of(.8, .9, .99)
    if any(len(group) < 3 for group in groups):
        raise Skip
    parts = [[world.averaged(name, group) for name in world.sets] for group in groups]
    responses = [np.concatenate([Y for _, Y in p]) for p in parts]
    activations = [np.concatenate([world.X[name][rows] for name, (rows, _) in zip(world.sets, p)]) for p in parts]
    raw = np.mean([similarity(X, Y, metric) for X, Y in zip(activations, responses)])
    if len(groups) == 1:
        ceiling, c = {'value': .8}, .8
    elif metric['name'] == 'rdm':
        ceiling = {'name': 'leave_one_subject_out', 'bound': case.one_of('lower', 'upper'), 'average': case.one_of('plain', 'matched')}
        c = noise_ceiling(responses, metric, ceiling['bound'], ceiling['average'])
    else:
        ceiling = {'name': 'between_subjects'}
        c = np.mean([similarity(a, b, metric) for i, a in enumerate(responses) for b in responses[i + 1:]])
    form = case.one_of('ratio', 'raw')
    definition.update(metric=metric, ceiling=ceiling, score=form)
    case.want = {'raw.value': raw, 'ceiling.value': c, 'score.value': scaled(raw, c, form)}
