#!/usr/bin/env python3
"""Scores made-up homes and dumps by brainscore and by plain numpy, and compares the figures.

usage: check.py BRAINSCORE [--kinds subjects,orders,choices,patterns] [--cases 50] [--seed 1]

Needs numpy, scipy and scikit-learn. Each case draws data, a definition and its options from its seed: what varies is
listed at the head of the module of each kind. A figure that differs by more than 2e-9 is printed with the definition, and
the exit code is then 1. check.py BRAINSCORE --kinds KIND --cases 1 --seed SEED repeats a case.
"""
import argparse, importlib, json, shutil, sys, tempfile, warnings

import numpy as np

from homes import Case, Skip

KINDS = ['subjects', 'orders', 'choices', 'patterns']


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('binary')
    parser.add_argument('--kinds', default=','.join(KINDS))
    parser.add_argument('--cases', type=int, default=50)
    parser.add_argument('--seed', type=int, default=1)
    args = parser.parse_args()
    warnings.filterwarnings('ignore')  # of means of nothing, which are NaN here on purpose
    bad = 0
    for kind in args.kinds.split(','):
        draw, compared, skipped, wrong = importlib.import_module(kind).draw, 0, 0, 0
        for seed in range(args.seed, args.seed + args.cases):
            root = tempfile.mkdtemp(prefix='brainscore-case-')
            case = Case(root, np.random.default_rng([KINDS.index(kind), seed]))
            try:
                draw(case)
                differences = case.differences(args.binary)
            except Skip:
                skipped += 1
                continue
            finally:
                shutil.rmtree(root)
            compared += 1
            if differences:
                wrong += 1
                print(f'{kind}, seed {seed}:', *differences, json.dumps(case.definition), sep='\n  ', flush=True)
        print(f'{kind}: {compared - wrong} of {compared} cases agree; {skipped} drawn without figures')
        bad += wrong
        if compared == 0:
            bad += 1
    sys.exit(bad > 0)


if __name__ == '__main__':
    main()
