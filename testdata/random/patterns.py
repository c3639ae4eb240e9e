"""Patterns of two-way choices (i1, i1n, i2, i2n, o1, o2, with and without skip_missing) against people's trials, from
probabilities; and triplets (odd_one_out by inner product and by cosine, with ties)."""
import numpy as np
from scipy.special import ndtri

from figures import finite_mean, pearson
from homes import Skip


def draw(case):
    triplets(case) if case.chance(.3) else two_way(case)


def ids_of(case, n):
    return [''.join(case.one_of(*'abXZ_') for _ in range(3)) + str(i) for i in range(n)]


def triplets(case):
    rng = case.rng
    n, features = int(rng.integers(5, 40)), int(rng.integers(1, 30))
    X, ids = rng.normal(size=(n, features)), ids_of(case, n)
    if case.chance(.4):
        X = np.round(X)  # ties
    if case.chance(.2):
        X[1] = X[0]
    cosine = case.chance(.5)
    if cosine and (np.abs(X).sum(1) == 0).any():
        raise Skip
    X = X.astype(case.one_of('f4', 'f8'))
    case.stimuli('a', ['stimulus_id'], [[i] for i in ids])
    case.layers('a', ids, {'layer': X})
    trials = []
    for _ in range(int(rng.integers(5, 200))):
        three = [int(v) for v in rng.permutation(n)[:3]]
        trials.append((*three, case.one_of(*three)))
    case.assembly('people', 'a', 'behavioral', {'trials.csv': (['first', 'second', 'third', 'choice'], [[ids[i] for i in t] for t in trials])})
    G, points = X.astype(float) @ X.astype(float).T, []
    if cosine:
        length = np.sqrt(np.diag(G))
        G = G / length[:, None] / length
    for a, b, c, odd in trials:
        without = {a: G[b, c], b: G[a, c], c: G[a, b]}  # the similarity of the pair that stays
        scale = 1 if cosine else max(G[a, a], G[b, b], G[c, c])
        tied = [i for i, s in without.items() if max(without.values()) - s <= 1e-9 * scale]
        points.append(1 / len(tied) if odd in tied else 0)
    case.define({'kind': 'behavioral', 'region': 'behavior', 'assembly': 'people', 'stimulus_set': 'a', 'ceiling': {'value': .6767}, 'score': 'above_chance',
                 'metric': {'name': 'odd_one_out', 'similarity': 'cosine' if cosine else 'dot'}})
    case.options = ['--layer', 'layer']
    case.want = {'raw.value': np.mean(points), 'raw.error': np.std(points), 'score.value': (np.mean(points) - 1 / 3) / (.6767 - 1 / 3)}


def two_way(case):
    rng = case.rng
    objects = int(rng.integers(2, 6))
    n = int(rng.integers(2 * objects, 50))
    labels = [str(v) for v in rng.permutation(list('qwertyu'))[:objects]]
    truth = [labels[i % objects] for i in rng.permutation(n)]
    ids, ease = ids_of(case, n), rng.uniform(.2, .95, n)
    trials = []  # stimulus, distractor, choice
    for _ in range(int(rng.integers(6, 30)) * n * (objects - 1)):
        i = int(rng.integers(n))
        distractor = case.one_of(*[label for label in labels if label != truth[i]])
        trials.append((i, distractor, truth[i] if case.chance(ease[i]) else distractor))
    columns = [str(v) for v in rng.permutation(labels)]
    P = rng.random((n, objects)) + .01
    P[np.arange(n), [columns.index(t) for t in truth]] += ease
    if case.chance(.2):
        P[rng.random((n, objects)) < .1] = 0
        P[np.arange(n), [columns.index(t) for t in truth]] += .05
    P /= P.sum(1, keepdims=True)
    case.stimuli('a', ['stimulus_id', 'truth'], zip(ids, truth))
    case.assembly('people', 'a', 'behavioral', {'trials.csv': (['stimulus_id', 'truth', 'sample_obj', 'dist_obj', 'choice'],
                                                               [(ids[i], truth[i], truth[i], d, c) for i, d, c in trials])})
    case.layers('a', ids, {'probabilities': P})
    (case.model / 'a' / 'choices.csv').write_text('\n'.join(['choice', *columns]) + '\n')
    metric = {'name': case.one_of('i1', 'i1n', 'i2', 'i2n', 'o1', 'o2')}
    if case.chance(.6):
        metric['skip_missing'] = True
    case.define({'kind': 'behavioral', 'region': 'behavior', 'assembly': 'people', 'stimulus_set': 'a', 'metric': metric})

    order, objects = sorted(range(n), key=lambda i: ids[i]), sorted(labels)
    place = {i: k for k, i in enumerate(order)}
    own = np.array([objects.index(truth[i]) for i in order])
    shares = P[order][:, [columns.index(o) for o in objects]]
    of_truth = shares[np.arange(n), own][:, None]
    model = pattern(metric['name'], missing(shares / (shares + of_truth), own), own)
    state, raw, ceiling = np.random.RandomState(0), [], []
    for _ in range(2):
        shuffled = np.arange(len(trials))
        state.shuffle(shuffled)
        first, second = (pattern(metric['name'], missing(chosen([trials[i] for i in half], truth, place, objects), own), own)
                         for half in (shuffled[:len(trials) // 2], shuffled[len(trials) // 2:]))
        known = np.isfinite(first)
        if np.isnan(model[known]).any() or not metric.get('skip_missing') and np.isnan(first[np.isfinite(second)]).any():
            raise Skip  # an error there
        raw.append(pearson(model[known], first[known]))
        ceiling.append(pearson(first[known & np.isfinite(second)], second[known & np.isfinite(second)]))
    if not min(ceiling) > 0:
        raise Skip
    ceiled = np.array(raw) / np.sqrt(ceiling)
    case.want = {'raw.value': np.mean(raw), 'raw.error': np.std(raw), 'ceiling.value': np.mean(ceiling), 'score.value': ceiled.mean(), 'score.error': ceiled.std()}


def missing(P, own):
    """Sets the cells of the truths to NaN."""
    P = P.copy()
    P[np.arange(len(P)), own] = np.nan
    return P


def chosen(trials, truth, place, objects):
    """The share of each choice among the trials that offered it."""
    taken, offered = np.zeros((2, len(truth), len(objects)))
    for i, distractor, choice in trials:
        for o in (truth[i], distractor):
            offered[place[i], objects.index(o)] += 1
        taken[place[i], objects.index(choice)] += 1
    return taken / offered


def pattern(name, P, own):
    objects = range(P.shape[1])
    mean = np.array([[finite_mean(P[own == o, c]) for c in objects] for o in objects])  # of choice c over the images of o
    if name.startswith('o'):
        d = np.clip(ndtri(1 - mean.T) - ndtri(mean), -5, 5)
        return np.array([finite_mean(column) for column in d.T]) if name == 'o1' else d.ravel()
    d = np.clip(ndtri(1 - P) - ndtri(mean[:, own].T), -5, 5)
    if name.endswith('n'):
        for o in objects:
            d[own == o] -= [finite_mean(column) for column in d[own == o].T]
    return np.array([finite_mean(row) for row in d]) if name.startswith('i1') else d.ravel()
