"""Figures of recordings in plain numpy, each by the shortest way from its definition (docs/definitions.md).

Nothing here is fast or careful with rounding: the inputs are harmless, and what is checked is that two programs that
share no line and no formula agree. X are activations, Y responses, rows are stimuli.
"""
import numpy as np
from numpy.linalg import norm, svd
from scipy.stats import rankdata
from sklearn.cross_decomposition import PLSRegression
from sklearn.model_selection import KFold, ShuffleSplit

EPSILON = np.finfo(float).eps
ALPHAS = np.concatenate([[.01, .1, .5, 1], np.linspace(10, 100, 4, endpoint=False)] +
                        [np.linspace(10.**d, 10.**(d + 1), 18, endpoint=False) for d in range(2, 6)] + [np.linspace(1e6, 1e7, 19)])


def pearson(a, b):
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return np.nan
    a, b = a - a.mean(), b - b.mean()
    return float(a @ b / (norm(a) * norm(b)))


def column_pearson(P, Y):
    return np.array([pearson(P[:, j], Y[:, j]) for j in range(Y.shape[1])])


def finite_mean(values):
    values = [v for v in values if np.isfinite(v)]
    return float(np.mean(values)) if values else np.nan


def finite_median(values):
    values = [v for v in values if np.isfinite(v)]
    return float(np.median(values)) if values else np.nan


# Mappings: fit on train rows X, Y and predict the rows Z.

def ridge(X, Y, Z, alpha):
    x, y = X.mean(0), Y.mean(0)
    U, s, Vt = svd(X - x, full_matrices=False)
    return (Z - x) @ (Vt.T @ ((s / (s * s + alpha))[:, None] * (U.T @ (Y - y)))) + y


def linear(X, Y, Z):
    x, y = X.mean(0), Y.mean(0)
    U, s, Vt = svd(X - x, full_matrices=False)
    k = s > max(X.shape) * EPSILON * s[0]
    return (Z - x) @ (Vt[k].T @ ((U[:, k].T @ (Y - y)) / s[k][:, None])) + y


def left_out_errors(X, Y, alphas):
    """Mean squared leave-one-out errors, penalties x neuroids."""
    A, B = X - X.mean(0), Y - Y.mean(0)
    U, s, _ = svd(A, full_matrices=False)
    k = s > np.sqrt(max(A.shape) * EPSILON) * s[0]
    U, s = U[:, k], s[k]
    losses = []
    for alpha in alphas:
        shrunk = U * (s * s / (s * s + alpha))
        leverage = (shrunk * U).sum(1) + 1 / len(X)
        losses.append((((B - shrunk @ (U.T @ B)) / (1 - leverage)[:, None]) ** 2).mean(0))
    return np.array(losses)


def ridgecv(X, Y, Z, alphas, per_neuroid, folds):
    if folds:
        losses = np.mean([[((ridge(X[train], Y[train], X[test], a) - Y[test]) ** 2).mean(0) for a in alphas]
                          for train, test in KFold(folds).split(X)], 0)
    else:
        losses = left_out_errors(X, Y, alphas)
    if per_neuroid:
        best = [alphas[i] for i in losses.argmin(0)]
        return np.stack([ridge(X, Y[:, [j]], Z, a)[:, 0] for j, a in enumerate(best)], 1)
    return ridge(X, Y, Z, alphas[losses.mean(1).argmin()])


def neuron_to_neuron(X, Y, Z):
    r = np.array([[pearson(X[:, f], Y[:, j]) for f in range(X.shape[1])] for j in range(Y.shape[1])])
    return Z[:, np.where(np.isnan(r), -2, r).argmax(1)]


def predict(metric, X, Y, Z):
    """The predictions of a metric as a definition has it, {'name': ..., option: ...}."""
    X, Y, Z = (np.asarray(v, float) for v in (X, Y, Z))
    match metric['name']:
        case 'ridge':
            return ridge(X, Y, Z, metric.get('alpha', 1))
        case 'linear':
            return linear(X, Y, Z)
        case 'pls':
            return PLSRegression(metric['components'], scale=False).fit(X, Y).predict(Z).reshape(len(Z), -1)
        case 'neuron_to_neuron':
            return neuron_to_neuron(X, Y, Z)
        case 'ridgecv':
            return ridgecv(X, Y, Z, metric.get('alphas', list(ALPHAS)), metric.get('alpha_per') == 'neuroid', metric.get('folds'))


# Similarities of two representations of the same stimuli.

def dissimilarities(X, distance):
    """The upper triangle, row by row."""
    X = np.asarray(X, float)
    match distance:
        case 'correlation' | 'cosine':
            unit = X - X.mean(1, keepdims=True) if distance == 'correlation' else X
            unit = unit / norm(unit, axis=1, keepdims=True)
            D = 1 - unit @ unit.T
        case _:
            D = ((X[:, None] - X[None]) ** 2).sum(-1)
            D = np.sqrt(D) if distance == 'euclidean' else D
    v = D[np.triu_indices(len(X), 1)]
    return np.round(v / v.max(), 11) * v.max()  # what is equal but for rounding is a tie


def centred_square(v, n):
    D = np.zeros((n, n))
    D[np.triu_indices(n, 1)] = v
    H = np.eye(n) - 1 / n
    return -H @ (D + D.T) @ H / 2


def comparison(a, b, how, n):
    """How alike two triangles of n stimuli are."""
    p = len(a)
    match how:
        case 'pearson':
            return pearson(a, b)
        case 'spearman':
            return pearson(rankdata(a), rankdata(b))
        case 'rho_a':
            return 12 * ((rankdata(a) - (p + 1) / 2) @ (rankdata(b) - (p + 1) / 2)) / (p ** 3 - p)
        case 'kendall':
            return (np.sign(a[:, None] - a[None]) * np.sign(b[:, None] - b[None])).sum() / (p * (p - 1))
        case 'cosine':
            return a @ b / norm(a) / norm(b)
    if how == 'whitened_pearson':
        a, b = a - a.mean(), b - b.mean()
    A, B = centred_square(a, n), centred_square(b, n)
    return (A * B).sum() / norm(A) / norm(B)


def on_scale(v, how):
    """Dissimilarities on the scale of a comparison, on which those of several subjects have a mean."""
    if how in ('spearman', 'rho_a', 'kendall'):
        return rankdata(v)
    if how in ('pearson', 'whitened_pearson'):
        return (v - v.mean()) / v.std()
    return v / np.sqrt((v * v).mean())


def noise_ceiling(subjects, metric, bound, average):
    distance, how, n = metric.get('distance', 'correlation'), metric['compare'], len(subjects[0])
    each = [dissimilarities(y, distance) for y in subjects]
    scaled = [on_scale(v, how) for v in each] if average == 'matched' else each
    def others(i):
        return np.mean([v for j, v in enumerate(scaled) if bound == 'upper' or j != i], 0)
    return float(np.mean([comparison(v, others(i), how, n) for i, v in enumerate(each)]))


def cka(X, Y, biased):
    n = len(X)
    K, L = ((Z - Z.mean(0)) @ (Z - Z.mean(0)).T for Z in (np.asarray(X, float), np.asarray(Y, float)))
    if biased:
        return (K * L).sum() / norm(K) / norm(L)
    np.fill_diagonal(K, 0)
    np.fill_diagonal(L, 0)
    def hsic(K, L):
        return ((K * L).sum() + K.sum() * L.sum() / ((n - 1) * (n - 2)) - 2 * (K.sum(0) @ L.sum(1)) / (n - 2)) / (n * (n - 3))
    square = hsic(K, K) * hsic(L, L)
    return hsic(K, L) / np.sqrt(square) if square > 0 else 0


def shape(X, Y, metric):
    def thin(Z):
        Z = np.asarray(Z, float)
        U, s, _ = svd(Z - Z.mean(0), full_matrices=False)
        k = s > np.sqrt(len(Z) * EPSILON) * s[0]
        return U[:, k], s[k]
    (U, s), (V, t) = thin(X), thin(Y)
    if metric['name'] == 'svcca':
        k, l = (int(np.argmax(np.cumsum(v * v) / (v * v).sum() >= metric['variance'])) + 1 for v in (s, t))
        return svd(U[:, :k].T @ V[:, :l], compute_uv=False).mean()
    alpha = 1 if metric['name'] == 'procrustes' else metric['alpha']
    a, b = alpha * s + 1 - alpha, alpha * t + 1 - alpha
    return svd(a[:, None] * (U.T @ V) * b, compute_uv=False).sum() / norm(a) / norm(b)


def similarity(X, Y, metric):
    if metric['name'] == 'cka':
        return cka(X, Y, metric.get('biased', False))
    if metric['name'] == 'rdm':
        distance = metric.get('distance', 'correlation')
        return comparison(dissimilarities(X, distance), dissimilarities(Y, distance), metric['compare'], len(X))
    return shape(X, Y, metric)


# Noise ceilings. trials are presentations x neuroids.

def internal_consistency(trials, repetitions, stimuli, seed):
    """Splits x neuroids, stimuli that one half lacks left out."""
    numbers, order, splits = sorted(set(repetitions)), sorted(set(stimuli)), []
    for halves in ShuffleSplit(10, train_size=.5, random_state=seed).split(numbers):
        means = []
        for half in halves:
            taken = {numbers[i] for i in half}
            rows = [[i for i, s in enumerate(stimuli) if s == stimulus and repetitions[i] in taken] for stimulus in order]
            means.append(np.array([trials[r].mean(0) if r else np.full(trials.shape[1], np.nan) for r in rows]))
        both = np.isfinite(means[0]).all(1) & np.isfinite(means[1]).all(1)
        r = column_pearson(means[0][both], means[1][both])
        splits.append(2 * r / (1 + r))
    return np.array(splits)


def predictor_consistency(trials, repetitions, stimuli, order, seed):
    """Medians over neuroids, one a split. order is that of the stimuli."""
    generator, splits = np.random.default_rng(seed), []
    for _ in range(10):
        first, rest = [], []
        for stimulus in order:
            rows = [i for i, s in enumerate(stimuli) if s == stimulus]
            numbers = generator.permutation(sorted({repetitions[i] for i in rows})) if len({repetitions[i] for i in rows}) > 1 else []
            if len(numbers):
                half = set(numbers[:len(numbers) // 2])
                first.append(trials[[i for i in rows if repetitions[i] in half]].mean(0))
                rest.append(trials[[i for i in rows if repetitions[i] not in half]].mean(0))
        r = column_pearson(np.array(first), np.array(rest)) if len(first) >= 10 else np.array([np.nan])
        splits.append(finite_median(2 * r / (1 + r)))
    return np.array(splits)
