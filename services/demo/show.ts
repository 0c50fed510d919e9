// The demonstration itself: starts host and worker, submits the issue, tells what happens, and gathers the
// result. It must never judge: problemsOf does, on what is gathered here.
import type { RunContext } from '../../machines/run/context.ts';
import { runContextOf } from '../../machines/typed-context.ts';
import { readEnvironment } from '../config/environment.ts';
import { logPath } from '../inspect/commands/logs.ts';
import { printable } from '../inspect/printable.ts';
import type { AuditLine } from '../queries/audit-entries.ts';
import { findActor } from '../queries/found-actor.ts';
import { type Session, withSession } from '../queries/session.ts';
import { parseUserAddress } from '../queries/user-address.ts';
import { readTail } from '../workers/regular-file.ts';
import type { DemoFolder } from './demo-folder.ts';
import { type DemoHost, startDemoHost } from './demo-host.ts';
import type { DemoOptions } from './demo-options.ts';
import { type DemoCrash, type DemoResult, type DemoRun, emptyResult } from './demo-result.ts';
import { createGraceCountdown, type GraceCountdown } from './grace-countdown.ts';
import { followItem } from './item-follow.ts';
import { readLanding } from './landing.ts';
import type { RunLedger } from './run-ledger.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { CRASH_POINT, watchWorkers } from './worker-watch.ts';

const ISSUE = {
  project: 'shop',
  item: '1',
  title: 'A discount of 10 % takes off ten cents, not a tenth',
  body: 'discounted(2000, 10) is 1990. Expected: 1800, a tenth less.',
};
/** A demonstration that takes longer has failed. */
const LIMIT_MS = 90_000;
const LOG_TAIL_BYTES = 2_000;

/** @throws whatever keeps host or worker from starting */
export async function show(folder: DemoFolder, options: DemoOptions): Promise<DemoResult> {
  const report = (line: string) => options.err.line(line);
  const host = await startDemoHost(folder, { natsServer: options.natsServer, report });
  const { natsUrl } = host.app;
  const place = { natsUrl, stateDirectory: folder.hostState, environment: readEnvironment({}) };
  try {
    return await withSession(place, (session) => play({ folder, options, host, session }));
  } finally {
    await host.app.stop();
  }
}

interface Stage {
  folder: DemoFolder;
  options: DemoOptions;
  host: DemoHost;
  session: Session;
}

async function play({ folder, options, host, session }: Stage): Promise<DemoResult> {
  const { isCrash, isJson, out, style } = options;
  const line = isJson ? () => {} : (text: string) => out.line(text);
  const { clock } = session;
  const troubles: string[] = [];
  const giveUp = new AbortController();
  let crash: DemoCrash | null = null;
  for (const text of headerLines(folder, host)) line(text);
  const timeline = createTimeline({ line, style, startMs: clock.nowMs() });
  const countdown = createGraceCountdown(clock, timeline);

  const workers = await watchWorkers({
    ...{ folder, natsUrl: host.app.natsUrl, clock, isCrash },
    onKilled(dead, fresh) {
      const pids = { deadPid: dead.pid, freshPid: fresh.pid };
      crash = { faultPoint: CRASH_POINT, ...pids, atMs: clock.nowMs() };
      tellCrash(timeline, crash);
      countdown.begin();
    },
    onTrouble(message) {
      troubles.push(message);
      giveUp.abort();
    },
  });
  timeline.note(clock.nowMs(), `worker pid ${workers.pid} started`, 'dim');
  try {
    const stopSignal = AbortSignal.any([options.stopSignal, giveUp.signal]);
    const onEntry = (entry: AuditLine) =>
      tellEntry(entry, { session, timeline, countdown, folder, line });
    const followed = await followItem(ISSUE, { session, limitMs: LIMIT_MS, stopSignal, onEntry });
    if (options.stopSignal.aborted) return emptyResult(isCrash);
    if (followed.over === 'timed-out') troubles.push(`not at rest within ${LIMIT_MS} ms`);
    if (troubles.length > 0) await tellLog(folder.workerLog, options);
    return {
      ...(await gather(followed.ledger, { folder, session, host })),
      isCrash,
      crash,
      troubles,
    };
  } finally {
    countdown.stop();
    await workers.stop();
  }
}

function headerLines({ remote }: DemoFolder, { app, configuration, serverVersion }: DemoHost) {
  const stages = stageNames(configuration);
  return [
    'onceward demo: one issue through a pipeline, every stage advanced exactly once',
    `  issue     ${ISSUE.project}/${ISSUE.item}  ${ISSUE.title}`,
    `  remote    ${remote}`,
    `  pipeline  ${stages.join(' -> ')}`,
    `  host      ${app.identity} with nats-server ${serverVersion}`,
    '',
  ];
}

function stageNames({ projects, pipelines }: DemoHost['configuration']): string[] {
  const pipeline = projects[ISSUE.project]?.pipeline ?? '';
  return pipelines[pipeline]?.stages.map(({ name }) => name) ?? [];
}

function tellCrash(timeline: Timeline, { faultPoint, deadPid, freshPid, atMs }: DemoCrash): void {
  const where = `${faultPoint}: pushed, neither recorded nor claimed`;
  timeline.note(atMs, `SIGKILL to worker pid ${deadPid} at ${where}`, 'red');
  timeline.note(atMs, `a fresh worker, pid ${freshPid}, is started`, 'green');
}

interface Telling {
  session: Session;
  timeline: Timeline;
  countdown: GraceCountdown;
  folder: DemoFolder;
  line: (text: string) => void;
}

async function tellEntry(
  entry: AuditLine,
  { session, timeline, countdown, folder, line }: Telling,
): Promise<void> {
  const run = await readRun(session, entry.address);
  countdown.see(entry, run);
  timeline.entry(entry, run);
  const verdict =
    entry.type === 'claim' && entry.outcome === 'applied' ? run?.claim?.verdict : null;
  if (run === null || !verdict || verdict.kind === 'pass') return;
  // A verdict on the exit code quotes the log by itself.
  const path = logPath(folder.workerState, run, run.epoch);
  const log = verdict.cause === 'exit-code' ? '' : await readTail(path, LOG_TAIL_BYTES);
  const told = `${verdict.summary}\nlog: ${path}\n${log}`.trimEnd().split('\n');
  for (const text of told) line(`          ${printable(text)}`);
}

async function tellLog(path: string, { err }: DemoOptions): Promise<void> {
  err.line(`the end of ${path}:`);
  err.text(await readTail(path, LOG_TAIL_BYTES));
}

/** Null for an item, and for a run that cannot be read. */
async function readRun(session: Session, address: string): Promise<RunContext | null> {
  const user = parseUserAddress(address);
  if (user.kind === 'item') return null;
  const found = await findActor(session, user);
  return found === null ? null : runContextOf(found.stored.record);
}

async function gather(
  ledger: RunLedger,
  { session, folder, host }: Pick<Stage, 'session' | 'folder' | 'host'>,
): Promise<Omit<DemoResult, 'isCrash' | 'crash' | 'troubles'>> {
  const runs: DemoRun[] = [];
  for (const run of ledger.runs()) {
    runs.push({ ...run, context: await readRun(session, run.address) });
  }
  const item = ledger.item();
  return {
    stages: stageNames(host.configuration),
    runs,
    itemState: item?.state ?? null,
    landing: await readLanding(folder, session.clock),
    durationMs: (item?.atMs ?? 0) - (runs[0]?.steps[0]?.atMs ?? 0),
  };
}
