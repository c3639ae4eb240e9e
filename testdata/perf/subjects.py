#!/usr/bin/env python3
"""Times brainscore on made-up recordings of the shapes of published sets, with its memory.

usage: subjects.py BRAINSCORE [--sets NSD,TVSD,...] [--features 4096] [--scale 1] [--keep FOLDER]

Needs numpy. Makes a data home and a dump with one layer of rectified float32 features for each set: neuroids that
depend on some features, with noise, float32, subject by subject. --scale 0.1 takes a tenth of the stimuli and of the
neuroids. Prints the wall time and the peak of resident memory of `score` for each benchmark, and what --dry-run promises.
"""
import argparse, json, os, shutil, subprocess, sys, tempfile, time
import numpy as np

# train stimuli, their trials, test stimuli, their trials, neuroids of each subject, time bins, metrics
SETS = {
    'TVSD': (22248, 1, 100, 30, [157, 141], 1, ('ridge', 'ridgecv')),
    'THINGS-fMRI': (8640, 1, 100, 12, [250, 389, 120], 1, ('ridge', 'ridgecv')),
    'NSD': (412, 1, 103, 3, [1468] * 8, 1, ('ridge', 'rdm')),
    'EEG2': (16540, 4, 200, 80, [17] * 10, 60, ('ridge', 'ridgecv')),
    'Triple-N': (1000, 1, 0, 0, [4212] * 5, 1, ('ridgecv', 'pls')),
}


def write_assembly(home, name, stimuli, trials, subjects, bins, weights, x, rng):
    folder = f'{home}/assemblies/{name}'
    os.makedirs(folder); os.makedirs(f'{home}/stimuli/{name}')
    ids = [f'{name}{i:05d}' for i in range(stimuli)]
    open(f'{home}/stimuli/{name}/stimuli.csv', 'w').write('stimulus_id\n' + '\n'.join(ids) + '\n')
    open(f'{folder}/assembly.yaml', 'w').write(f'identifier: {name}\nkind: neural\nstimulus_set: {name}\n')
    open(f'{folder}/presentation.csv', 'w').write('stimulus_id,repetition\n' + ''.join(f'{i},{r}\n' for r in range(trials) for i in ids))
    open(f'{folder}/neuroid.csv', 'w').write('neuroid_id,subject,reliability\n' + ''.join(f's{s:02d}n{j},s{s:02d},0.8\n' for s, n in enumerate(subjects) for j in range(n)))
    if bins > 1:
        open(f'{folder}/time_bin.csv', 'w').write('time_bin_start,time_bin_end\n' + ''.join(f'{10 * b},{10 * b + 10}\n' for b in range(bins)))
    shape = (stimuli * trials, sum(subjects)) + ((bins,) if bins > 1 else ())
    values = np.lib.format.open_memmap(f'{folder}/values.npy', 'w+', np.float32, shape)
    signal = (x[:, :weights.shape[0]] @ weights).reshape((stimuli,) + shape[1:])
    for r in range(trials):
        values[r * stimuli:(r + 1) * stimuli] = signal + signal.std() * rng.standard_normal(signal.shape, np.float32)
    values.flush()


def make(root, name, features, scale):
    n, trials, m, test_trials, subjects, bins, metrics = SETS[name]
    n, m = max(60, int(n * scale)), max(40, int(m * scale)) if m else 0
    subjects = [max(4, int(s * scale)) for s in subjects]
    rng = np.random.default_rng(0)
    home, dump = f'{root}/home', f'{root}/model'
    weights = rng.standard_normal((min(features, 40), sum(subjects) * bins), np.float32)
    for part, count, shown in (('train', n, trials), ('test', m, test_trials)):
        if not count:
            continue
        x = np.maximum(0, rng.standard_normal((count, features), np.float32))
        write_assembly(home, part, count, shown, subjects, bins, weights, x, rng)
        os.makedirs(f'{dump}/{part}')
        np.save(f'{dump}/{part}/layer.npy', x)
    os.makedirs(f'{home}/benchmarks')
    sources = 'assembly: {train: train, test: test}\nstimulus_set: {train: train, test: test}\nceiling: {name: internal_consistency}\n'
    if not m:
        sources = 'assembly: train\nstimulus_set: train\ncross_validation: {splits: 10, train_size: 0.9, seed: 1}\nceiling: {column: reliability}\n'
    for metric in metrics:
        text = sources + (f'time: flat\n' if bins > 1 else '') + ('per: subject\n' if m else '')
        if metric == 'rdm':
            text = 'assembly: [train, test]\nstimulus_set: [train, test]\nper: subject\nceiling: {name: leave_one_subject_out, bound: upper}\nscore: ratio\n'
        open(f'{home}/benchmarks/{metric}.yaml', 'w').write(f'identifier: {metric}\nkind: neural\nregion: IT\nmetric: {{name: {metric}}}\n' + text)
    return home, dump, metrics


def run(command):
    start = time.time()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output, errors = process.communicate()
    if process.returncode:
        sys.exit(f'{" ".join(command)}: {errors.decode()}')
    return output, time.time() - start


def measure(command):
    """Returns the output of a command, its wall time, the peak of its memory in MiB and its processor time."""
    # A process of its own, so that its peak is that of its child alone.
    code = ('import resource, subprocess, sys\nsubprocess.run(sys.argv[1:], check=True)\nused = resource.getrusage(resource.RUSAGE_CHILDREN)\n'
            'print(used.ru_maxrss, used.ru_utime + used.ru_stime, file=sys.stderr)')
    start = time.time()
    done = subprocess.run([sys.executable, '-c', code] + command, capture_output=True, text=True)
    seconds = time.time() - start
    if done.returncode:
        sys.exit(done.stderr)
    memory, processor = map(float, done.stderr.split()[-2:])
    return done.stdout, seconds, memory / 1024, processor


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('brainscore'); parser.add_argument('--sets', default=','.join(SETS)); parser.add_argument('--features', type=int, default=4096)
    parser.add_argument('--scale', type=float, default=1); parser.add_argument('--keep')
    a = parser.parse_args()
    root = a.keep or tempfile.mkdtemp()
    for name in a.sets.split(','):
        home, dump, metrics = make(f'{root}/{name}', name, a.features, a.scale)
        for metric in metrics:
            base = [a.brainscore, 'score', dump, '--data', home, '--benchmark', metric, '--all-layers', '--quiet', '--format', 'json']
            promised = json.loads(run(base + ['--dry-run'])[0])
            output, seconds, memory, _ = measure(base)
            score = json.loads(output)['models'][0]['scores'][0]
            print(f"{name:12} {metric:8} {seconds:8.1f} s  {memory:8.0f} MiB of {promised['peak_memory'] / 2**20:8.0f} promised  raw {score['raw']['value']:.4f}", flush=True)
        if not a.keep:
            shutil.rmtree(f'{root}/{name}')


if __name__ == '__main__':
    main()
