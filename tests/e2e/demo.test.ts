// Time limit: 300 s
// Goal: the main job does what it shows. Method: `onceward demo` as a user runs it, in a temporary folder of
// its own; the document it prints, the processes and the files it leaves are what is looked at.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';

const LAUNCHER = fileURLToPath(new URL('../../services/launcher.js', import.meta.url));
const STAGES = ['analysis', 'development', 'review', 'approval', 'release'];

interface Run {
  worker: string | null;
  advances: number;
  claims: { won: { claimant: string; revision: number }[]; lost: unknown[] };
  revisions: { event: string; from: string | null; to: string; revision: number }[];
  durationsMs: Record<string, number>;
}

interface DemoDocument {
  v: number;
  outcome: string;
  problems: string[];
  stages: { stage: string; advances: number; runs: Run[] }[];
  crash: Record<string, unknown> | null;
  landed: { commit: string; log: string[]; test: { exitCode: number } };
}

/** Runs the demonstration to its end, in a temporary folder that nobody else uses. */
async function demo(...flags: string[]) {
  const folder = temporaryDirectory();
  const args = [LAUNCHER, 'demo', '--json', ...flags];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const [out, complaints, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ]);
  assert.is(exitCode, 0, `${complaints}\n${out.slice(0, 2_000)}`);
  return { document: JSON.parse(out) as DemoDocument, folder };
}

/** What a stage came to, in the words of the law: claims won, and the moves of the item they caused. */
function sumsOf({ stages }: DemoDocument) {
  return stages.map(({ stage, advances, runs }) => {
    const won = runs.reduce((sum, run) => sum + run.claims.won.length, 0);
    return { stage, advances, won };
  });
}

const onceEach = STAGES.map((stage) => ({ stage, advances: 1, won: 1 }));

function leftFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('onceward'));
}

/** Command lines that name the folder; only Linux can tell. */
function leftProcesses(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandOf)
    .filter((command) => command.includes(folder));
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

test(
  'the demo takes its issue through every stage, advances each once, and leaves nothing behind',
  within(120_000, async () => {
    const { document, folder } = await demo();

    assert.is(document.v, 1);
    assert.is(document.outcome, 'done');
    assert.equal(document.problems, []);
    assert.equal(sumsOf(document), onceEach);
    assert.is(document.crash, null);
    assert.match(document.landed.log[0] ?? '', document.landed.commit.slice(0, 7));
    assert.is(document.landed.log.length, 4);
    assert.is(document.landed.test.exitCode, 0);
    assert.equal(leftFiles(folder), []);
    assert.equal(leftProcesses(folder), []);
  }),
);

test(
  'a worker killed while it finalizes is replaced after the grace, and its stage advances once',
  within(150_000, async () => {
    const { document, folder } = await demo('--crash');
    const development = document.stages[1]?.runs[0];
    const claim = development?.claims.won[0];

    assert.equal(sumsOf(document), onceEach);
    assert.is(document.stages[1]?.runs.length, 1);
    assert.is(development?.advances, 1);
    assert.is.not(claim?.claimant, development?.worker);
    assert.is(document.crash?.['worker'], development?.worker);
    assert.is(document.crash?.['claimant'], claim?.claimant);
    assert.is(document.crash?.['faultPoint'], 'finalize-after-push');
    assert.ok(Number(document.crash?.['graceElapsedMs']) >= Number(document.crash?.['graceMs']));
    assert.equal(
      development?.revisions.slice(-4).map(({ event, to }) => [event, to]),
      [
        ['exited', 'finalizing'],
        ['grace-elapsed', 'graceExpired'],
        ['claim', 'claimed'],
        ['advance-confirmed', 'advanced'],
      ],
    );
    assert.is(document.landed.test.exitCode, 0);
    assert.equal(leftFiles(folder), []);
    assert.equal(leftProcesses(folder), []);
  }),
);

test.run();
