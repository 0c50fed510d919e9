// A bare remote that writes down every move of its base branch: when, from where, to where, and whose push it was.
// It must never refuse a push, or change what it moves; it holds one up only where a test has asked for that.
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { eventually } from '../../support/eventually.ts';

/** What a worker is called in the environment of its git, which a remote on the same machine inherits. */
export const PUSHER_VARIABLE = 'TEST_PUSHER';
const IDENTITY = ['-c', 'user.name=test', '-c', 'user.email=test@onceward.invalid'];
const LOOK_MS = 20;

/** One move of the base branch. */
export interface BaseMove {
  atMs: number;
  pusher: string;
  from: string;
  to: string;
}

export interface WatchedRemote {
  url: string;
  /** A shell command for a gate: writes down which tree is tested, and when. */
  testCommand: string;
  git(...args: string[]): Promise<string>;
  /** Every move of the base so far, in the order in which they came about. */
  moves(): BaseMove[];
  /** When each tree was tested first. */
  tested(): Map<string, number>;
  /** Holds up the next landing of this pusher: the remote has its push, and has moved nothing yet. */
  hold(pusher: string): void;
  /** Resolves with the first of them whose push is held up. */
  held(pushers: readonly string[]): Promise<string>;
  isHeld(pusher: string): boolean;
  /** Lets it go on, or forgets that it was to be held. */
  release(pusher: string): void;
}

export async function makeWatchedRemote(folder: string): Promise<WatchedRemote> {
  const url = join(folder, 'remote.git');
  const seed = join(folder, 'seed');
  const file = (name: string) => join(folder, name);
  await execa('git', ['init', '-q', '--bare', '-b', 'main', url]);
  plant(url, 'reference-transaction', recording(file('moves')));
  plant(url, 'pre-receive', holding(folder));
  await execa('git', ['init', '-q', '-b', 'main', seed]);
  await execa('git', ['-C', seed, ...IDENTITY, 'commit', '-q', '--allow-empty', '-m', 'seed']);
  await execa('git', ['-C', seed, 'push', '-q', url, 'main']);
  const isHeld = (pusher: string) => existsSync(file(`held-${pusher}`));
  return {
    ...{ url, isHeld },
    testCommand: `echo "$(date +%s%3N) $(git rev-parse 'HEAD^{tree}')" >> ${file('tested')}`,
    git: async (...args) => (await execa('git', ['-C', url, ...args])).stdout,
    moves: () =>
      linesOf(file('moves')).map(([at = '', pusher = '', from = '', to = '']) => {
        return { atMs: Number(at), pusher, from, to };
      }),
    tested() {
      const lines = linesOf(file('tested')).reverse();
      return new Map(lines.map(([at = '', tree = '']) => [tree, Number(at)]));
    },
    hold: (pusher) => writeFileSync(file(`hold-${pusher}`), ''),
    held: (pushers) => eventually(() => pushers.find(isHeld), LOOK_MS),
    release(pusher) {
      rmSync(file(`hold-${pusher}`), { force: true });
      rmSync(file(`held-${pusher}`), { force: true });
    },
  };
}

/** Of what has come about, not of what was only asked for. */
function recording(file: string): string[] {
  return [
    '[ "$1" = committed ] || exit 0',
    'while read -r from to ref; do',
    '  [ "$ref" = refs/heads/main ] || continue',
    `  echo "$(date +%s%3N) \${${PUSHER_VARIABLE}:-nobody} $from $to" >> ${file}`,
    'done',
  ];
}

/** The folder is gone when the test is: then nothing is held any more. */
function holding(folder: string): string[] {
  const held = `${folder}/held-$${PUSHER_VARIABLE}`;
  return [
    'landing=',
    'while read -r from to ref; do [ "$ref" != refs/heads/main ] || landing=yes; done',
    '[ -n "$landing" ] || exit 0',
    `mv "${folder}/hold-$${PUSHER_VARIABLE}" "${held}" 2>/dev/null || exit 0`,
    `while [ -e "${held}" ]; do sleep 0.02; done`,
  ];
}

function plant(url: string, name: string, lines: string[]): void {
  const path = join(url, 'hooks', name);
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
}

function linesOf(file: string): string[][] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => line.split(' '));
}
