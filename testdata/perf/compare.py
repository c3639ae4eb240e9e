#!/usr/bin/env python3
"""Times brainscore against scikit-learn and numpy, side by side in one run.

usage: compare.py BRAINSCORE [--features 1000,4096,25088] [--metrics pls,ridge,...] [--repeats 3]

Needs numpy, scipy and scikit-learn. Simulates 2,560 stimuli, 168 neuroids and
layers of rectified float32 features in a temporary folder. scikit-learn does
what Brain-Score's Python does for one split (fit on 2,304 stimuli, predict
256); brainscore is timed as a whole process: start, reading the .npy, ten
splits, output. OpenBLAS is left to choose, or OPENBLAS_CORETYPE is taken from
the environment: the kernel in use is printed.
"""
import argparse, json, os, shutil, subprocess, sys, tempfile, time
import numpy as np
from sklearn.cross_decomposition import PLSRegression
from sklearn.linear_model import LinearRegression, Ridge, RidgeCV

N, T, SPLITS = 2560, 168, 10
ALPHAS = np.concatenate([[.01, .1, .5, 1], np.linspace(10, 100, 4, endpoint=False)] +
                        [np.linspace(10.**d, 10.**(d + 1), 18, endpoint=False) for d in range(2, 6)] + [np.linspace(1e6, 1e7, 19)])
MAKERS = {'pls': lambda: PLSRegression(25, scale=False), 'ridge': lambda: Ridge(alpha=1),
          'ridgecv': lambda: RidgeCV(alphas=ALPHAS, alpha_per_target=False), 'linear': LinearRegression}


def write_home(home, y):
    os.makedirs(f'{home}/stimuli/set'); os.makedirs(f'{home}/assemblies/rec'); os.makedirs(f'{home}/benchmarks')
    rows = [f's{i:05d},o{i % 8}' for i in range(N)]
    open(f'{home}/stimuli/set/stimuli.csv', 'w').write('stimulus_id,object_name\n' + '\n'.join(rows) + '\n')
    open(f'{home}/assemblies/rec/assembly.yaml', 'w').write('identifier: rec\nkind: neural\nstimulus_set: set\n')
    open(f'{home}/assemblies/rec/presentation.csv', 'w').write('stimulus_id,object_name\n' + '\n'.join(rows) + '\n')
    regions = ['IT'] * T + ['V4'] * (y.shape[1] - T)
    open(f'{home}/assemblies/rec/neuroid.csv', 'w').write('neuroid_id,region\n' + '\n'.join(f'n{j},{r}' for j, r in enumerate(regions)) + '\n')
    np.save(f'{home}/assemblies/rec/values.npy', y)
    for region in ('IT', 'V4'):
        for metric in ('pls', 'ridge', 'ridgecv', 'linear', 'cka', 'rdm', 'neuron_to_neuron'):
            open(f'{home}/benchmarks/{region}-{metric}.yaml', 'w').write(
                f'identifier: {region}-{metric}\nkind: neural\nregion: {region}\nassembly: rec\nselect: {{region: {region}}}\n'
                f'stimulus_set: set\nmetric: {{name: {metric}}}\nceiling: {{value: 0.8}}\n')


def run(binary, home, model, benchmarks, jobs):
    command = [binary, 'score', model, '--data', home, '--quiet', '--format', 'json', '--jobs', str(jobs)]
    for b in benchmarks:
        command += ['--benchmark', b]
    # The peak memory of a process counts from its fork: time(1) forks small.
    report = tempfile.NamedTemporaryFile('r')
    if os.path.exists('/usr/bin/time'):
        command = ['/usr/bin/time', '-f', '%M', '-o', report.name] + command
    start = time.perf_counter()
    process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    status, memory = process.returncode, float(report.read() or 'nan') / 1024
    if status:
        sys.exit(f'{command} failed with {status}')
    return seconds, memory, json.loads(process.stdout)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('brainscore'); p.add_argument('--features', default='1000,4096,25088')
    p.add_argument('--metrics', default='pls,ridge,ridgecv'); p.add_argument('--repeats', type=int, default=3)
    p.add_argument('--skip-python', action='store_true')
    a = p.parse_args()
    try:
        from threadpoolctl import threadpool_info
        print('BLAS:', [(i['internal_api'], i.get('architecture'), i['num_threads']) for i in threadpool_info()])
    except ImportError:
        print('BLAS: OPENBLAS_CORETYPE', os.environ.get('OPENBLAS_CORETYPE', '(automatic)'))
    jobs = len(os.sched_getaffinity(0))
    rng = np.random.default_rng(0)
    latent = rng.standard_normal((N, 60)) * np.linspace(3, .3, 60)
    y = latent @ rng.standard_normal((60, T + 88)) + rng.standard_normal((N, T + 88)) * 4
    folder = tempfile.mkdtemp()
    try:
        home = f'{folder}/home'
        write_home(home, y)
        order = rng.permutation(N)
        train, test = order[256:], order[:256]
        print(f'| metric | features | scikit-learn, 10 splits | brainscore, whole process | ratio | MiB |\n|---|---|---|---|---|---|')
        for features in map(int, a.features.split(',')):
            x = latent.astype('f4') @ rng.standard_normal((60, features)).astype('f4') + 6 * rng.standard_normal((N, features), dtype='f4')
            np.maximum(x, 0, out=x)
            model = f'{folder}/models/f{features}'
            os.makedirs(f'{model}/set')
            np.save(f'{model}/set/layer.npy', x)
            for metric in a.metrics.split(','):
                theirs = float('nan')
                if not a.skip_python and metric in MAKERS:
                    start = time.perf_counter()
                    MAKERS[metric]().fit(x[train].astype('f8'), y[train, :T]).predict(x[test].astype('f8'))
                    theirs = (time.perf_counter() - start) * SPLITS
                ours, memory, _ = min((run(a.brainscore, home, model, [f'IT-{metric}'], jobs) for _ in range(a.repeats)), key=lambda r: r[0])
                print(f'| {metric} | {features:,} | {theirs:.1f} s | {ours:.2f} s | {theirs / ours:.0f} × | {memory:.0f} |', flush=True)
        model = f'{folder}/models/f{max(map(int, a.features.split(",")))}'
        # What is compared runs in turn, so that a machine that others use as well is as fast for each.
        eight = [f'{r}-{m}' for r in ('IT', 'V4') for m in ('pls', 'ridge', 'cka', 'rdm')]
        rounds = [[run(a.brainscore, home, model, names, j)[0] for names, j in ((['IT-pls'], jobs), (eight, jobs), (['IT-pls'], 1))]
                  for _ in range(max(5, a.repeats))]
        one, many, single = map(min, zip(*rounds))
        print(f'eight benchmarks (pls, ridge, cka, rdm on V4 and IT) against one pls: {many:.2f} s / {one:.2f} s = {many / one:.2f} ×')
        print(f'pls with 1 job against {jobs}: {single:.2f} s / {one:.2f} s = {single / one:.2f} ×')
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
