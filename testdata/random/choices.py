"""Metrics on answers of a model and of people: accuracies, distances, consistencies, biases, differences between conditions, confusions, tasks; by subjects with
missing and repeated trials, unknown and empty answers, from responses or probabilities, with excluded conditions."""
from itertools import combinations

import numpy as np

from figures import finite_mean, pearson
from homes import Skip, in_order, scaled
from patterns import ids_of


class World:
    """What people and the model answered. A trial is (stimulus, subject, right, condition, choice)."""

    def __init__(self, case):
        rng, self.case = case.rng, case
        self.n, count = int(rng.integers(20, 90)), int(rng.integers(2, 7))
        self.labels = [str(v) + case.one_of('', '', '', 'Z') for v in rng.permutation(list('abcdefgh'))[:count]]
        self.ids = ids_of(case, self.n)
        conditions = ['0.1', '0.05', '0.3', '10'][:int(rng.integers(1, 5))] if case.chance(.5) else ['w', 'f', 'o'][:int(rng.integers(1, 4))]
        some = lambda values: [case.one_of(*values) for _ in range(self.n)]
        self.truth, self.texture = some(self.labels), some(self.labels)
        self.columns = {'cond': some(conditions), 'colour': some(['red', 'blue']), 'x': some(['1', '5', '11', '20'])}
        names = [str(v) for v in rng.permutation(np.arange(1, 30))[:int(rng.integers(2, 7))]]
        names = names if case.chance(.5) else [f'p{v}' for v in names]
        patchy, repeated, trials = case.chance(.5), case.chance(.3), []
        for subject in names:
            skill = rng.uniform(.3, .95)
            for i in range(self.n):
                if not (patchy and case.chance(.3)):
                    for _ in range(2 if repeated and case.chance(.2) else 1):
                        trials.append((i, subject, self.truth[i] if case.chance(skill) else case.one_of(*self.labels, 'na', '')))
        trials = [trials[i] for i in rng.permutation(len(trials))]
        case.stimuli('a', ['stimulus_id', 'truth', 'texture', *self.columns], zip(self.ids, self.truth, self.texture, *self.columns.values()))
        case.assembly('people', 'a', 'behavioral', {'trials.csv': (['stimulus_id', 'subject', 'truth', 'choice', 'condition'],
                                                                   [(self.ids[i], s, self.truth[i], c, self.columns['cond'][i]) for i, s, c in trials])})
        self.excluded = {self.columns['cond'][0]} if case.chance(.25) and len(set(self.columns['cond'])) > 1 else set()
        self.stimuli = [i for i in range(self.n) if self.columns['cond'][i] not in self.excluded]
        self.trials = [(i, s, c == self.truth[i], self.columns['cond'][i], c) for i, s, c in trials if self.columns['cond'][i] not in self.excluded]
        self.subjects = in_order([t[1] for t in self.trials])

    def answer(self, offered):
        """Draws the model's choices, among those that are offered, and writes them."""
        case, rng = self.case, self.case.rng
        if case.chance(.5):
            self.choice = [t if case.chance(.7) else case.one_of(*self.labels) for t in self.truth]
            case.layers('a', self.ids, {})
            (case.model / 'a' / 'stimulus_ids.csv').unlink(missing_ok=True)
            rows = rng.permutation(self.n)
            (case.model / 'a' / 'responses.csv').write_text('\n'.join(['stimulus_id,choice', *[f'{self.ids[i]},{self.choice[i]}' for i in rows]]) + '\n')
        else:
            columns, P = [str(v) for v in rng.permutation(self.labels)], rng.random((self.n, len(self.labels)))
            P = np.round(P, 1) + .01 if case.chance(.3) else P  # ties
            P[np.arange(self.n), [columns.index(t) for t in self.truth]] += .5 * rng.random(self.n)
            P = (P / P.sum(1, keepdims=True)).astype(case.one_of('f4', 'f8'))
            case.layers('a', self.ids, {'probabilities': P})
            (case.model / 'a' / 'choices.csv').write_text('\n'.join(['choice', *columns]) + '\n')
            taken = [c for c in columns if c in offered]
            self.choice = [taken[int(np.argmax(row[[columns.index(c) for c in taken]]))] for row in P]
        self.right = [c == t for c, t in zip(self.choice, self.truth)]

    def of(self, subject):
        return [t for t in self.trials if t[1] == subject]


def grouped(items, key):
    groups = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def draw(case):
    world = World(case)
    figures = case.one_of(accuracy, shapes, accuracy_distance, consistencies, condition_accuracy, accuracy_delta, value_delta, confusions, tasks)
    of_stimuli = figures in (accuracy, shapes)
    world.answer({world.truth[i] for i in (world.stimuli if of_stimuli else [t[0] for t in world.trials])})
    metric, raw, error, ceiling, form = figures(world)
    definition = {'kind': 'behavioral', 'region': 'behavior', 'stimulus_set': 'a', 'metric': metric, 'score': form}
    if not of_stimuli:
        definition |= {'assembly': 'people', 'allow_unknown_choices': True}  # few trials may have no image of some label
    if figures not in (accuracy_distance, consistencies, condition_accuracy):
        definition['truth'] = 'truth'
    if world.excluded:
        definition['exclude'] = {'cond': list(world.excluded)}
    case.define(definition)
    case.want = {'raw.value': raw, 'ceiling.value': ceiling, 'score.value': scaled(raw, ceiling, form)}
    if error is not None:
        case.want['raw.error'] = error


# Each figure returns the metric with its options, the raw score, its error (None where it has none), the ceiling and the form of the score.

def accuracy(world):
    right = [world.right[i] for i in world.stimuli]
    return {'name': 'accuracy'}, np.mean(right), np.std(right), 1, 'ratio'


def shapes(world):
    name = world.case.one_of('shape_match', 'shape_bias')
    conflict = [i for i in world.stimuli if world.truth[i] != world.texture[i]]
    if name == 'shape_bias':
        conflict = [i for i in conflict if world.choice[i] in (world.truth[i], world.texture[i])]
    if not conflict:
        raise Skip
    right = [world.right[i] for i in conflict]
    return {'name': name, 'texture': 'texture'}, np.mean(right), np.std(right), 1, 'ratio'


def accuracy_distance(world):
    by = world.case.one_of([], ['cond'], ['cond', 'colour'])
    cells = {s: grouped(world.of(s), lambda t: tuple(world.columns[b][t[0]] for b in by)) for s in world.subjects}
    people = lambda trials: np.mean([t[2] for t in trials])
    model = lambda trials: np.mean([world.right[t[0]] for t in trials])
    distance = lambda a, b: 1 - abs(a - b) / max(b, 1 - b)
    each = [np.mean([distance(model(t), people(t)) for t in of.values()]) for of in cells.values()]
    ceiling = [np.mean([distance(people(cells[a][k]), people(cells[b][k])) for k in cells[a] if k in cells[b]])
               for a, b in combinations(world.subjects, 2) if cells[a].keys() & cells[b].keys()]
    return {'name': 'accuracy_distance', **({'by': by} if by else {})}, np.mean(each), np.std(each), finite_mean(ceiling), 'ratio'


def kappa(a, b):
    a, b = np.array(a, float), np.array(b, float)
    expected = a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())
    return np.nan if expected == 1 else ((a == b).mean() - expected) / (1 - expected)


def consistencies(world):
    name = world.case.one_of('error_consistency', 'observed_consistency', 'accuracy_difference')
    cells = {}
    for s in world.subjects:
        cells[s] = grouped(world.of(s), lambda t: t[3])
        if name != 'accuracy_difference':  # the first trial of a stimulus counts
            cells[s] = {k: list({t[0]: t for t in reversed(trials)}.values()) for k, trials in cells[s].items()}

    def figure(a, b):  # of right or wrong by stimulus, in any order
        if name == 'accuracy_difference':
            return (np.mean([r for _, r in a]) - np.mean([r for _, r in b])) ** 2
        a, b = dict(a), dict(b)
        common = [i for i in a if i in b]
        if not common:
            return np.nan
        a, b = [a[i] for i in common], [b[i] for i in common]
        return kappa(a, b) if name == 'error_consistency' else np.mean(np.array(a) == np.array(b))

    right = lambda trials: [(t[0], t[2]) for t in trials]
    model = lambda trials: [(t[0], world.right[t[0]]) for t in trials]
    each = {s: [figure(model(t), right(t)) for t in cells[s].values()] for s in world.subjects}
    raw = finite_mean([finite_mean(v) for v in each.values()])
    ceiling = finite_mean([finite_mean([figure(right(cells[a][k]), right(cells[b][k])) for k in cells[a] if k in cells[b]])
                           for a, b in combinations(world.subjects, 2)])
    if name == 'error_consistency':
        raw, ceiling = abs(raw), abs(ceiling)
    every = [v for values in each.values() for v in values if np.isfinite(v)]
    return {'name': name}, raw, np.std(every) if every else np.nan, ceiling, 'raw' if name == 'accuracy_difference' else 'ratio'


def condition_accuracy(world):
    by = world.case.one_of(['cond'], ['cond', 'colour'], ['x'])
    people, model = {}, {}
    for s in world.subjects:
        cells = grouped(world.of(s), lambda t: tuple(world.columns[b][t[0]] for b in by))
        people[s] = {k: np.mean([t[2] for t in trials]) for k, trials in cells.items()}
        model[s] = {k: np.mean([world.right[t[0]] for t in trials]) for k, trials in cells.items()}

    def r(a, b):
        common = [k for k in a if k in b]
        return pearson(np.array([a[k] for k in common]), np.array([b[k] for k in common])) if len(common) > 1 else np.nan
    each = [r(model[s], people[s]) for s in world.subjects]
    ceiling = []
    for s in world.subjects:
        others = grouped([(k, v) for o in world.subjects if o != s for k, v in people[o].items()], lambda item: item[0])
        ceiling.append(r(people[s], {k: np.mean([v for _, v in items]) for k, items in others.items()}))
    known = [v for v in each if np.isfinite(v)]
    return {'name': 'condition_accuracy', 'by': by}, finite_mean(each), np.std(known) if known else np.nan, finite_mean(ceiling), 'ratio_squared'


def two_conditions(world):
    values = sorted({world.columns['cond'][i] for i in world.stimuli})
    if len(values) < 2:
        raise Skip
    return values[:2]


def accuracy_delta(world):
    baseline, changed = two_conditions(world)
    metric = {'name': 'accuracy_delta', 'by': 'cond', 'baseline': baseline, 'changed': changed}
    if world.case.chance(.4):
        metric['published_draws'] = True

    def accuracy_in(condition):
        cells = grouped([i for i in world.stimuli if world.columns['cond'][i] == condition], lambda i: world.truth[i])
        return np.mean([np.mean([world.right[i] for i in cell]) for cell in cells.values()])
    model, deltas = accuracy_in(baseline) - accuracy_in(changed), []
    for s in world.subjects:
        a, b = ([t[2] for t in world.of(s) if t[3] == condition] for condition in (baseline, changed))
        if a and b:
            deltas.append(np.mean(a) - np.mean(b))
    deltas, n = np.array(deltas), len(deltas)
    if n < 3:
        raise Skip
    drawn = n - 1 if 'published_draws' in metric else n

    def alike(people, other):
        if abs(people) < 1e-15:
            return 0 if abs(other) > 1e-15 else np.nan
        return max(0, 1 - abs(people - other) / abs(people))
    each = [alike(deltas[np.random.RandomState(i).permutation(drawn)[:n // 2]].mean(), model) for i in range(100)]
    each = [v for v in each if np.isfinite(v)]
    state, ceiling = np.random.RandomState(0), []
    for _ in range(100):
        half = state.permutation(drawn)[:n // 2]
        k = alike(np.delete(deltas, half).mean(), deltas[half].mean())
        ceiling.append(2 * k / (1 + k))
    return metric, np.mean(each), np.std(each), float(np.nanmedian(ceiling)), 'ratio'


def value_delta(world):
    baseline, changed = two_conditions(world)
    lapse, scale, ways = world.case.one_of(0, .03), world.case.one_of(1, .75), world.case.one_of(2, 2, 4)

    def integral(answers):  # (stimulus, subject, right)
        cells = grouped(answers, lambda a: (world.columns['cond'][a[0]], int(world.columns['x'][a[0]]), a[1]))
        levels = grouped([(k[:2], (np.mean([a[2] for a in cell]) - lapse / ways) / (1 - lapse)) for k, cell in cells.items()], lambda item: item[0])
        mean = {k: np.mean([v for _, v in items]) for k, items in levels.items()}
        x = sorted({level for condition, level in mean if condition in (baseline, changed)})
        if not x or any((condition, level) not in mean for condition in (baseline, changed) for level in x):
            return np.nan
        return np.trapz([mean[changed, level] - mean[baseline, level] for level in x], x)
    alike = lambda a, b: np.exp(-scale * abs(integral(a) - integral(b)))
    people = [t[:3] for t in world.trials]
    raw, half, ceiling = alike([(i, '', world.right[i]) for i in world.stimuli], people), len(people) // 2, []
    for i in range(500):
        order = np.random.RandomState(i).permutation(len(people))
        ceiling.append(alike([people[k] for k in order[:half]], [people[k] for k in order[half:]]))
    if not np.isfinite(raw) or not np.isfinite(ceiling).all():
        raise Skip
    metric = {'name': 'value_delta', 'by': 'cond', 'baseline': baseline, 'changed': changed, 'x': 'x', 'lapse_rate': lapse, 'scale': scale, 'ways': ways}
    return metric, raw, None, np.mean(ceiling), 'ratio'


def confusions(world):
    labels = sorted({world.truth[t[0]] for t in world.trials})
    beside = ~np.eye(len(labels), dtype=bool)

    def counts(pairs):
        M = np.zeros((len(labels), len(labels)))
        for truth, choice in pairs:
            if truth in labels and choice in labels:
                M[labels.index(truth), labels.index(choice)] += 1
        return M[beside]
    each = [counts([(world.truth[t[0]], t[4]) for t in world.of(s)]) for s in world.subjects]
    raw = pearson(counts([(world.truth[i], world.choice[i]) for i in world.stimuli]), np.sum(each, 0))
    state, ceiling, half = np.random.RandomState(0), [], len(each) // 2
    for _ in range(100):
        order = state.permutation(len(each))
        ceiling.append(pearson(np.sum([each[i] for i in order[:half]], 0), np.sum([each[i] for i in order[half:]], 0)))
    return {'name': 'confusion_similarity'}, raw, None, finite_mean(ceiling), 'ratio'


def tasks(world):
    by = world.case.one_of('cond', 'colour', 'x')
    values = world.columns[by]
    accuracies = lambda answers: {k: np.mean([r for _, r in cell]) for k, cell in grouped(answers, lambda a: values[a[0]]).items()}

    def r(a, b):
        common = [k for k in a if k in b]
        return pearson(np.array([a[k] for k in common]), np.array([b[k] for k in common])) if len(common) > 1 else np.nan
    people = [(t[0], t[2]) for t in world.trials]
    model, all_people = accuracies([(i, world.right[i]) for i in world.stimuli]), accuracies(people)
    if len(all_people) < 2 or all_people.keys() - model.keys():
        raise Skip
    state, ceiling, half = np.random.RandomState(0), [], len(people) // 2
    for _ in range(50):
        order = state.permutation(len(people))
        ceiling.append(r(accuracies([people[i] for i in order[:half]]), accuracies([people[i] for i in order[half:]])))
    return {'name': 'task_consistency', 'by': by}, r(model, all_people), None, finite_mean(ceiling), 'ratio'
