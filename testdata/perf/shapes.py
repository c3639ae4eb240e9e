#!/usr/bin/env python3
"""Times brainscore beside numpy and scikit-learn on layers and recordings of any shape.

usage: shapes.py BRAINSCORE [--shapes 10000x1000x300,2560x25088x168] [--metrics pls,ridge,linear,ridgecv]
                 [--splits 10] [--repeats 5] [--peers numpy,sklearn]

Needs numpy; scikit-learn is timed if it is installed. A shape is stimuli x features x neuroids. For each one it makes
recordings and a layer of rectified float32 features in a temporary folder, and prints the median wall and processor time
and the peak of memory of whole processes, from start to output, in turn:

  brainscore   `score` with the splits
  numpy        the best formulation in float64 that was found (below), all splits
  sklearn      fit and predict of one split (Ridge, LinearRegression, RidgeCV, PLSRegression), and its time again for the others

and the floor: the operations that the metric asks for at the rate of numpy's product of two matrices, and the bytes of
the layer at the rate of a copy. Scores of brainscore and numpy are printed too: splits are drawn by each, so that they
are alike but not the same.
"""
import argparse, json, os, shutil, statistics, sys, tempfile, time
import numpy as np
from subjects import measure, write_assembly

SHAPES = '10000x1000x300,2560x1000x168,2560x4096x168,2560x25088x168'
COMPONENTS, NODES = 25, 20
ALPHAS = np.concatenate([[.01, .1, .5, 1], np.linspace(10, 100, 4, endpoint=False)] +
                        [np.linspace(10.**d, 10.**(d + 1), 18, endpoint=False) for d in range(2, 6)] + [np.linspace(1e6, 1e7, 19)])


def splits_of(n, count):
    rng = np.random.default_rng(1)
    for _ in range(count):
        order = rng.permutation(n)
        yield order[n // 10:], order[:n // 10]


class Primal:
    """A layer with fewer features than stimuli, by XᵀX over all stimuli less the test rows."""

    def __init__(self, x, y):
        self.x, self.y = x, y
        self.xx, self.xy = x.T @ x, x.T @ y

    def split(self, train, test):
        n, x, y = len(train), self.x[test], self.y[test]
        mx, my = (self.x.sum(0) - x.sum(0)) / n, (self.y.sum(0) - y.sum(0)) / n
        return self.xx - x.T @ x - n * np.outer(mx, mx), self.xy - x.T @ y - n * np.outer(mx, my), x - mx, mx, my

    def ridge(self, train, test, alpha):
        a, b, z, _, _ = self.split(train, test)
        a.flat[::len(a) + 1] += alpha
        return z @ np.linalg.solve(a, b)

    def linear(self, train, test):
        return self.ridge(train, test, 0)

    def ridgecv(self, train, test):
        a, b, z, mx, my = self.split(train, test)
        values, q = np.linalg.eigh(a)
        x, y = (self.x[train] - mx) @ q, self.y[train] - my
        qy, squares, losses = q.T @ b, x * x, []
        for alpha in ALPHAS:
            missed = (y - x @ (qy / (values + alpha)[:, None])) / (1 - 1 / len(train) - squares @ (1 / (values + alpha)))[:, None]
            losses.append(np.vdot(missed, missed))
        return z @ (q @ (qy / (values + ALPHAS[np.argmin(losses)])[:, None]))

    def pls(self, train, test):
        """The second algorithm of Dayal and MacGregor (1997)."""
        xx, s, z, _, _ = self.split(train, test)
        loadings, rotations, out = [], [], np.zeros((len(test), s.shape[1]))
        for _ in range(COMPONENTS):
            if s.shape[1] < s.shape[0]:
                w = s @ np.linalg.eigh(s.T @ s)[1][:, -1]
            else:
                w = np.linalg.eigh(s @ s.T)[1][:, -1]
            r = w / np.linalg.norm(w)
            w = r.copy()
            for p, old in zip(loadings, rotations):
                r -= (p @ w) * old
            xr = xx @ r
            tt = r @ xr
            p, q = xr / tt, r @ s / tt
            s = s - tt * np.outer(p, q)
            loadings.append(p); rotations.append(r)
            out += np.outer(z @ r, q)
        return out


class Dual:
    """A layer with more features than stimuli, by its inner products."""

    def __init__(self, x, y):
        self.k, self.y = x @ x.T, y

    def split(self, train, test):
        k = self.k[np.ix_(train, train)]
        means, my = k.mean(0), self.y[train].mean(0)
        cross = self.k[np.ix_(test, train)] - means
        return k - means - means[:, None] + means.mean(), cross - cross.mean(1)[:, None], self.y[train] - my

    def ridge(self, train, test, alpha):
        k, cross, y = self.split(train, test)
        k.flat[::len(k) + 1] += alpha
        return cross @ np.linalg.solve(k, y)

    def linear(self, train, test):
        k, cross, y = self.split(train, test)
        return cross @ np.linalg.solve(k + np.trace(k) / len(k)**2, y)

    def ridgecv(self, train, test):
        k, cross, y = self.split(train, test)
        values, q = np.linalg.eigh(k)
        values, q = values[1:], q[:, 1:]  # the first is that of the mean
        qy, squares, losses = q.T @ y, q * q, []
        for alpha in ALPHAS:
            missed = q @ (qy / (values + alpha)[:, None]) / (squares @ (1 / (values + alpha)))[:, None]
            losses.append(np.vdot(missed, missed))
        return cross @ (q @ (qy / (values + ALPHAS[np.argmin(losses)])[:, None]))

    def pls(self, train, test):
        """Kernel PLS after Lindgren, Geladi and Wold (1993), on YᵀKY where that is small."""
        k, cross, y = self.split(train, test)
        scores, duals, out = [], [], np.zeros((len(test), y.shape[1]))
        residual, left = y.copy(), k
        for _ in range(COMPONENTS):
            if y.shape[1] < len(k):
                u = residual @ np.linalg.eigh(residual.T @ (left @ residual))[1][:, -1]
            else:
                u = residual[:, 0]
                for _ in range(50):
                    u = residual @ (residual.T @ (left @ u))
                    u /= np.linalg.norm(u)
            t = left @ u
            t /= np.linalg.norm(t)
            scores.append(t); duals.append(u)
            a = left @ t  # (I − ttᵀ)·left·(I − ttᵀ)
            left = left - np.outer(t, a) - np.outer(a, t) + (t @ a) * np.outer(t, t)
            residual -= np.outer(t, t @ residual)
        scores, duals = np.array(scores).T, np.array(duals).T
        return cross @ (duals @ np.linalg.solve(scores.T @ k @ duals, scores.T @ y))


def correlation(predicted, measured):
    a, b = predicted - predicted.mean(0), measured - measured.mean(0)
    return np.median((a * b).sum(0) / np.sqrt((a * a).sum(0) * (b * b).sum(0)))


def numpy_peer(x, y, metric, splits):
    form = (Primal if x.shape[1] < 0.9 * len(x) else Dual)(x, y)
    fit = getattr(form, metric)
    return np.mean([correlation(fit(train, test, 1) if metric == 'ridge' else fit(train, test), y[test]) for train, test in splits_of(len(x), splits)]), (0, 0)


def sklearn_peer(x, y, metric, splits):
    from sklearn.cross_decomposition import PLSRegression
    from sklearn.linear_model import LinearRegression, Ridge, RidgeCV
    make = {'pls': lambda: PLSRegression(COMPONENTS, scale=False), 'ridge': lambda: Ridge(alpha=1), 'linear': LinearRegression,
            'ridgecv': lambda: RidgeCV(alphas=ALPHAS, alpha_per_target=False)}[metric]
    train, test = next(splits_of(len(x), 1))
    start = time.perf_counter(), time.process_time()
    score = correlation(make().fit(x[train], y[train]).predict(x[test]), y[test])
    return score, ((splits - 1) * (time.perf_counter() - start[0]), (splits - 1) * (time.process_time() - start[1]))


def rates():
    """Returns operations a second of a product, and bytes a second of a copy."""
    a, copied = np.random.default_rng(0).standard_normal((1500, 1500)), np.zeros(1 << 24)
    times = []
    for run in (lambda: a @ a, lambda: copied.copy()):
        best = 1e9
        for _ in range(5):
            start = time.perf_counter(); run(); best = min(best, time.perf_counter() - start)
        times.append(best)
    return 2 * 1500**3 / times[0], 2 * copied.nbytes / times[1]


def floor(metric, n, f, t, splits, product, copy):
    """Returns the seconds of the operations that a metric asks for on the smaller side."""
    m, k = min(n, f), splits
    operations = n * f * m + 2 * n * m * t  # inner products and those with the responses
    if metric in ('ridge', 'linear'):
        operations += k * (m**3 / 3 + 2 * m * m * t)
    if metric == 'ridgecv':
        operations += k * (8 * m**3 / 3 + 2 * m * m * t + NODES * 2 * n * m * t)
    if metric == 'pls':
        operations += k * COMPONENTS * 4 * (m * m + m * t)
    return operations / product + 4 * n * f / copy


def make(root, n, f, t, splits, metrics):
    rng = np.random.default_rng(0)
    x = np.maximum(0, rng.standard_normal((n, f), np.float32) + rng.standard_normal((n, 30), np.float32) @ rng.standard_normal((30, f), np.float32) / 5)
    write_assembly(f'{root}/home', 'set', n, 1, [t], 1, rng.standard_normal((min(f, 60), t), np.float32), x, rng)
    os.makedirs(f'{root}/model/set'); os.makedirs(f'{root}/home/benchmarks')
    np.save(f'{root}/model/set/layer.npy', x)
    for metric in metrics:
        open(f'{root}/home/benchmarks/{metric}.yaml', 'w').write(
            f'identifier: {metric}\nkind: neural\nregion: IT\nassembly: set\nstimulus_set: set\nmetric: {{name: {metric}}}\n'
            f'cross_validation: {{splits: {splits}, train_size: 0.9, seed: 1}}\nceiling: {{column: reliability}}\n')


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('brainscore'); p.add_argument('--shapes', default=SHAPES); p.add_argument('--metrics', default='pls,ridge,linear,ridgecv')
    p.add_argument('--splits', type=int, default=10); p.add_argument('--repeats', type=int, default=5); p.add_argument('--peers', default='numpy,sklearn')
    a = p.parse_args()
    metrics, peers = a.metrics.split(','), [peer for peer in a.peers.split(',') if peer]
    if 'sklearn' in peers and os.system(f'{sys.executable} -c "import sklearn" 2> /dev/null'):
        print('scikit-learn is not installed'); peers.remove('sklearn')
    product, copy = rates()
    print(f'numpy {np.__version__}: {product / 1e9:.0f} Gflop/s of a product, {copy / 1e9:.1f} GB/s of a copy')
    print('| n × F → neuroids | metric | by | time | ratio | processor | MiB | floor/time | score |\n|---|---|---|---|---|---|---|---|---|')
    for shape in a.shapes.split(','):
        n, f, t = map(int, shape.split('x'))
        root = tempfile.mkdtemp()
        try:
            make(root, n, f, t, a.splits, metrics)
            for metric in metrics:
                commands = {'brainscore': [a.brainscore, 'score', f'{root}/model', '--data', f'{root}/home', '--benchmark', metric, '--all-layers', '--quiet', '--format', 'json']}
                commands |= {peer: [sys.executable, __file__, 'peer', peer, root, metric, str(a.splits)] for peer in peers}
                runs = {by: [] for by in commands}
                for _ in range(a.repeats):
                    for by, command in commands.items():
                        runs[by].append(measure(command))
                ours = statistics.median(r[1] for r in runs['brainscore'])
                for by, results in runs.items():
                    outputs = [json.loads(r[0]) for r in results]
                    if by == 'brainscore':
                        outputs = [(o['models'][0]['scores'][0]['raw']['value'], (0, 0)) for o in outputs]
                    # The splits that were not fitted take as long as the one that was.
                    wall, cpu = (statistics.median(r[i] + again[k] for r, (_, again) in zip(results, outputs)) for k, i in ((0, 1), (1, 3)))
                    score = outputs[0][0]
                    least = floor(metric, n, f, t, a.splits, product, copy)
                    print(f'| {n:,} × {f:,} → {t:,} | {metric} | {by} | {wall:.2f} s | {wall / ours:.2f} × | {cpu:.2f} s | {results[0][2]:.0f} | {least / wall:.2f} | {score:.4f} |', flush=True)
        finally:
            shutil.rmtree(root)


if __name__ == '__main__':
    if sys.argv[1:2] == ['peer']:
        peer, root, metric, splits = sys.argv[2:]
        x, y = np.load(f'{root}/model/set/layer.npy').astype('f8'), np.load(f'{root}/home/assemblies/set/values.npy').astype('f8')
        print(json.dumps(globals()[f'{peer}_peer'](x, y, metric, int(splits))))
    else:
        main()
