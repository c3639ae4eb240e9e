#!/usr/bin/env python3
"""Times brainscore beside numpy and scikit-learn on layers and recordings of any shape.

usage: shapes.py BRAINSCORE [--shapes 10000x1000x300,22248+100x2048x300x2] [--metrics pls,ridge,linear,ridgecv]
                 [--named] [--grid 40 --seed 1 --layer-bytes 4e9] [--splits 10] [--repeats 5] [--peers numpy,sklearn]
                 [--clock wall|processor] [--sides MAPPING_TEST]

Needs numpy; scikit-learn is timed if it is installed. A shape is stimuli x features x neuroids, with --splits splits, or
train+test stimuli x features x neuroids of a subject x subjects, with that fixed split. --named takes the shapes that
are asked to be fast, with what is asked of them; --grid draws shapes by a seed, of layers of at most --layer-bytes in float64.
For each one it makes recordings and a layer of rectified float32 features in a temporary folder, and prints the
median time and the peak of memory of whole processes, from start to output, in turn:

  brainscore   `score` with the splits
  numpy        the best formulation in float64 that was found (below), all splits, all subjects together
  sklearn      fit and predict of one split (Ridge, LinearRegression, RidgeCV, PLSRegression), and its time again for the others

The clock is that of the wall, or on a loaded machine the processor's, for which the peers use one thread: others would
spin while they wait. With --sides, the time of either side in one process without reading (both forced, by the test binary of
pkg/metrics/mapping: go test -c) and the memory that it counts follow; a shape has two sides if features are fewer than train stimuli.

The floor is the operations that the metric asks for at the rate of numpy's product of two matrices, and the bytes of
the layer at the rate of a copy. Scores of brainscore and numpy are printed too: splits are drawn by each, so that they
are alike but not the same.
"""
import argparse, json, os, re, shutil, statistics, subprocess, sys, tempfile, time
import numpy as np
from subjects import measure, write_assembly

SHAPES = '10000x1000x300,2560x1000x168,2560x4096x168,2560x25088x168'
# What is asked of a shape: how many times as fast as scikit-learn by metric, and as numpy, and MB at most.
NAMED = {
    '10000x1000x300': ({'pls': 100, 'ridge': 6, 'linear': 10, 'ridgecv': 20}, 1.5, 250),
    '2560x1000x168': ({'pls': 60, 'ridge': 4, 'ridgecv': 15}, 1.5, 150),
    '2560x25088x168': ({'pls': 300, 'ridge': 20, 'ridgecv': 15}, 1.5, 400),
    '22248+100x2048x300x2': ({'ridge': 4, 'ridgecv': 10}, 1.2, 400),
    '22248+100x25088x300x2': ({'ridge': 2}, 1, 4500),
    '8640+100x4096x400x3': ({'ridge': 3, 'ridgecv': 8}, 1.2, 500),
    '9000+1000x4096x15000x1': ({'ridge': 3, 'ridgecv': 8}, 1.2, 1500),
    '1000x25088x21000': ({'pls': 30, 'ridgecv': 10}, 1.2, 1000),
    '2560x4096x10000': ({'ridge': 15, 'ridgecv': 20}, 1.5, 1000),
}
COMPONENTS, NODES = 25, 20
ALPHAS = np.concatenate([[.01, .1, .5, 1], np.linspace(10, 100, 4, endpoint=False)] +
                        [np.linspace(10.**d, 10.**(d + 1), 18, endpoint=False) for d in range(2, 6)] + [np.linspace(1e6, 1e7, 19)])


def splits_of(n, count, fixed=0):
    """Yields train and test rows: of splits, or of one with the last rows as the test rows."""
    if fixed:
        yield np.arange(n - fixed), np.arange(n - fixed, n)
        return
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


def numpy_peer(x, y, metric, splits, fixed):
    form = (Primal if x.shape[1] < 0.9 * len(x) else Dual)(x, y)
    fit = getattr(form, metric)
    return np.mean([correlation(fit(train, test, 1) if metric == 'ridge' else fit(train, test), y[test]) for train, test in splits_of(len(x), splits, fixed)]), (0, 0)


def sklearn_peer(x, y, metric, splits, fixed):
    from sklearn.cross_decomposition import PLSRegression
    from sklearn.linear_model import LinearRegression, Ridge, RidgeCV
    make = {'pls': lambda: PLSRegression(COMPONENTS, scale=False), 'ridge': lambda: Ridge(alpha=1), 'linear': LinearRegression,
            'ridgecv': lambda: RidgeCV(alphas=ALPHAS, alpha_per_target=False)}[metric]
    train, test = next(splits_of(len(x), 1, fixed))
    start = time.perf_counter(), time.process_time()
    score = correlation(make().fit(x[train], y[train]).predict(x[test]), y[test])
    return score, ((splits - 1) * (time.perf_counter() - start[0]), (splits - 1) * (time.process_time() - start[1]))


def rates(clock):
    """Returns operations of a product and bytes of a copy for each second of a clock."""
    a, copied = np.random.default_rng(0).standard_normal((1500, 1500)), np.zeros(1 << 24)
    times = []
    for run in (lambda: a @ a, lambda: copied.copy()):
        best = 1e9
        for _ in range(5):
            start = clock(); run(); best = min(best, clock() - start)
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


def make(root, shape, splits, metrics):
    """Writes a data home and a dump; a fixed split has a stimulus set for its train and one for its test stimuli."""
    rng = np.random.default_rng(0)
    f, subjects = shape['features'], [shape['neuroids']] * shape['subjects']
    weights = rng.standard_normal((min(f, 60), sum(subjects)), np.float32)
    common = rng.standard_normal((30, f), np.float32) / 5
    parts = [('train', shape['stimuli'] - shape['test'], 1), ('test', shape['test'], 2)] if shape['test'] else [('set', shape['stimuli'], 1)]
    for name, n, trials in parts:
        x = np.maximum(0, rng.standard_normal((n, f), np.float32) + rng.standard_normal((n, 30), np.float32) @ common)
        write_assembly(f'{root}/home', name, n, trials, subjects, 1, weights, x, rng)
        os.makedirs(f'{root}/model/{name}')
        np.save(f'{root}/model/{name}/layer.npy', x)
    os.makedirs(f'{root}/home/benchmarks')
    data = f'assembly: set\nstimulus_set: set\ncross_validation: {{splits: {splits}, train_size: 0.9, seed: 1}}\nceiling: {{column: reliability}}\n'
    if shape['test']:
        data = 'assembly: {train: train, test: test}\nstimulus_set: {train: train, test: test}\nceiling: {name: internal_consistency}\n'
        data += 'per: subject\n' if len(subjects) > 1 else ''
    for metric in metrics:
        open(f'{root}/home/benchmarks/{metric}.yaml', 'w').write(f'identifier: {metric}\nkind: neural\nregion: IT\nmetric: {{name: {metric}}}\n' + data)


def load(root):
    """Returns the features and responses of a data home and a dump, and the number of test stimuli of a fixed split."""
    def part(name, trials):
        y = np.load(f'{root}/home/assemblies/{name}/values.npy').astype('f8')
        return np.load(f'{root}/model/{name}/layer.npy').astype('f8'), y.reshape(trials, -1, y.shape[1]).mean(0)
    if os.path.exists(f'{root}/model/set'):
        return *part('set', 1), 0
    (x, y), (z, v) = part('train', 1), part('test', 2)
    return np.concatenate([x, z]), np.concatenate([y, v]), len(z)


def shape_of(text):
    fields = re.fullmatch(r'(\d+)(?:\+(\d+))?x(\d+)x(\d+)(?:x(\d+))?', text)
    if not fields:
        sys.exit(f'{text}: a shape is stimuli x features x neuroids, or train+test x features x neuroids x subjects')
    n, test, f, t, subjects = (int(v or 0) for v in fields.groups())
    return {'stimuli': n + test, 'test': test, 'features': f, 'neuroids': t, 'subjects': max(1, subjects)}


def grid(count, seed, most):
    """Draws shapes evenly in the logarithms of their sizes."""
    rng, shapes = np.random.default_rng(seed), []
    while len(shapes) < count:
        n, f, t = (int(round(float(np.exp(rng.uniform(np.log(a), np.log(b)))), -1)) for a, b in ((200, 22000), (100, 100000), (10, 10000)))
        if 8 * n * f <= most:
            shapes.append(f'{n}x{f}x{t}')
    return shapes


def sides(binary, shape, metric):
    """Returns the seconds and the MiB of both sides, as text."""
    if shape['test'] or shape['features'] > 0.9 * shape['stimuli'] or metric == 'linear':
        return ''
    given = '{stimuli}x{features}x{neuroids}'.format(**shape)
    done = subprocess.run([binary, '-test.run', '^$', '-test.bench', f'Sides/^{metric}$/', '-test.benchtime', '1x', '-test.timeout', '0'],
                          capture_output=True, text=True, env=os.environ | {'BRAINSCORE_SHAPES': given})
    found = {name: float(value) for value, name in re.findall(r'([\d.e+-]+) (primal-s|dual-s|primal-MiB|dual-MiB)', done.stdout)}
    if done.returncode or len(found) < 4:
        return ''
    return 'primal {primal-s:.2f} s, {primal-MiB:.0f}; dual {dual-s:.2f} s, {dual-MiB:.0f}'.format(**found)


def side_of(command):
    """Returns the side that a score is computed on."""
    passes = json.loads(subprocess.run(command + ['--dry-run'], capture_output=True, text=True, check=True).stdout)['passes']
    return ', '.join(sorted({side for p in passes for side in p.get('sides', {}).values()}))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('brainscore'); p.add_argument('--shapes', default=''); p.add_argument('--metrics', default='')
    p.add_argument('--named', action='store_true'); p.add_argument('--grid', type=int, default=0); p.add_argument('--seed', type=int, default=1)
    p.add_argument('--layer-bytes', type=float, default=4e9); p.add_argument('--sides')
    p.add_argument('--splits', type=int, default=10); p.add_argument('--repeats', type=int, default=5)
    p.add_argument('--peers', default='numpy,sklearn'); p.add_argument('--clock', choices=('wall', 'processor'), default='wall')
    a = p.parse_args()
    shapes = [s for s in a.shapes.split(',') if s] + (list(NAMED) if a.named else []) + grid(a.grid, a.seed, a.layer_bytes)
    shapes, peers = shapes or SHAPES.split(','), [peer for peer in a.peers.split(',') if peer]
    if 'sklearn' in peers and os.system(f'{sys.executable} -c "import sklearn" 2> /dev/null'):
        print('scikit-learn is not installed'); peers.remove('sklearn')
    clock, cpu = (1, 0) if a.clock == 'wall' else (3, 1)
    if a.clock == 'processor':
        os.environ['OPENBLAS_NUM_THREADS'] = os.environ['MKL_NUM_THREADS'] = '1'
    product, copy = rates(time.perf_counter if a.clock == 'wall' else time.process_time)
    print(f'numpy {np.__version__}: {product / 1e9:.0f} Gflop/s of a product, {copy / 1e9:.1f} GB/s of a copy; {a.clock} time')
    heads = ['n × F → neuroids', 'metric', 'side', 'brainscore', 'MiB'] + [h for peer in peers for h in (peer, 'ratio')] + ['floor/time', 'scores']
    heads += ['sides'] if a.sides else []
    print('| ' + ' | '.join(heads) + ' |\n|' + '---|' * len(heads))
    for text in shapes:
        shape, (asked, of_numpy, most) = shape_of(text), NAMED.get(text, ({}, 0, 0))
        metrics = a.metrics.split(',') if a.metrics else list(asked) or ['pls', 'ridge', 'linear', 'ridgecv']
        splits, root = 1 if shape['test'] else a.splits, tempfile.mkdtemp()
        try:
            make(root, shape, splits, metrics)
            for metric in metrics:
                ours = [a.brainscore, 'score', f'{root}/model', '--data', f'{root}/home', '--benchmark', metric, '--all-layers', '--quiet', '--format', 'json']
                commands = {'brainscore': ours} | {peer: [sys.executable, __file__, 'peer', peer, root, metric, str(splits)] for peer in peers}
                runs = {by: [] for by in commands}
                for _ in range(a.repeats):
                    for by, command in commands.items():
                        runs[by].append(measure(command))
                # The splits that were not fitted take as long as the one that was.
                again = {by: json.loads(r[0][0]) for by, r in runs.items() if by != 'brainscore'}
                took = {by: statistics.median(r[clock] + (json.loads(r[0])[1][cpu] if by in again else 0) for r in results) for by, results in runs.items()}
                score = json.loads(runs['brainscore'][0][0])['models'][0]['scores'][0]['raw']['value']
                memory = statistics.median(r[2] for r in runs['brainscore'])
                name = '{:,}'.format(shape['stimuli'] - shape['test']) + (f" + {shape['test']:,}" if shape['test'] else '') + f" × {shape['features']:,} → {shape['neuroids']:,}"
                name += f" × {shape['subjects']}" if shape['subjects'] > 1 else ''
                row = [name, metric, side_of(ours), f"{took['brainscore']:.2f} s", f'{memory:.0f}' + (f' (at most {most / 1.048576:.0f})' if most else '')]
                for peer in peers:
                    least = {'numpy': of_numpy, 'sklearn': asked.get(metric, 0)}[peer]
                    row += [f'{took[peer]:.2f} s', f"{took[peer] / took['brainscore']:.2f} ×" + (f' (at least {least:g})' if least else '')]
                t = shape['neuroids'] * shape['subjects']
                row += [f"{floor(metric, shape['stimuli'], shape['features'], t, splits, product, copy) / took['brainscore']:.2f}",
                        ', '.join(f'{v:.4f}' for v in [score] + [o[0] for o in again.values()])]
                print('| ' + ' | '.join(row + ([sides(a.sides, shape, metric)] if a.sides else [])) + ' |', flush=True)
        finally:
            shutil.rmtree(root)


if __name__ == '__main__':
    if sys.argv[1:2] == ['peer']:
        peer, root, metric, splits = sys.argv[2:]
        x, y, fixed = load(root)
        print(json.dumps(globals()[f'{peer}_peer'](x, y, metric, int(splits), fixed)))
    else:
        main()
