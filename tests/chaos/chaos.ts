// One chaos run from the first server to the audit: starts the fleet, submits, injects, heals, waits, judges.
// It must never return before everything it started has ended.
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from 'nats';
import { itemAddress } from '../../machines/address.ts';
import { itemContextOf } from '../../machines/typed-context.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import { createPrng } from '../support/prng.ts';
import type { ChaosItem } from './chaos-items.ts';
import type { ChaosOptions } from './chaos-options.ts';
import { type ChaosFiles, makeChaosFiles } from './chaos-projects.ts';
import { planFaults } from './fault-plan.ts';
import { createFaultInjector, type InjectedFault } from './faults.ts';
import { type Fleet, startFleet } from './fleet.ts';
import type { ChaosHistory } from './history.ts';
import { readRemains } from './history-reading.ts';
import { type RecordsWatch, watchRecords } from './records-watch.ts';
import { endMarked, findMarked } from './strays.ts';
import { createWorkload, type Workload } from './workload.ts';

export interface ChaosResult {
  history: ChaosHistory;
  faults: readonly InjectedFault[];
  serverVersion: string;
  /** From the first submission until the last item had ended. */
  durationMs: number;
}

interface Surroundings {
  folder: string;
  stop: AbortSignal;
  report: (line: string) => void;
}

const SETTLE_LIMIT_MS = 240_000;
/** Archiving, and agents of workers that were given up, end within this. */
const QUIET_LIMIT_MS = 30_000;
const LAST_LINES = 20;
const LOOK_MS = 500;
const PROGRESS_MS = 10_000;
/** Items still under way are named up to here. */
const MAX_NAMED = 12;
const ENDED = ['done', 'failed', 'cancelled', 'parked', 'archived'];

/**
 * Null when it was interrupted.
 * @throws when the fleet cannot be started; never for what the chaos does to it
 */
export async function runChaos(
  options: ChaosOptions,
  around: Surroundings,
): Promise<ChaosResult | null> {
  const mark = `${options.seed}-${process.pid}`;
  const files = await makeChaosFiles(around.folder, mark);
  around.report('starting three servers, three hosts and four workers');
  const fleet = await startFleet(around.folder, files.configuration);
  let nc: NatsConnection | undefined;
  try {
    nc = await connectNats({ url: fleet.cluster.url, name: 'chaos' });
    return await torment({ options, fleet, nc, files, mark, ...around });
  } finally {
    await nc?.close();
    await fleet.close();
    await endMarked(mark, around.folder);
    if (options.isKept) keepServerLogs(fleet, around.folder);
  }
}

function keepServerLogs({ cluster }: Fleet, folder: string): void {
  for (const { name, log } of cluster.nodes) copyFileSync(log, join(folder, `${name}.log`));
}

/** What it logged last: its folder is gone by the time somebody asks why. */
function lastWords({ members }: Fleet, name: string): string {
  const log = members.find(({ process }) => process.name === name)?.process.log ?? '';
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  return [`${name} did not stop; its last lines:`, ...lines.slice(-LAST_LINES)].join('\n  ');
}

interface Running extends Surroundings {
  options: ChaosOptions;
  fleet: Fleet;
  nc: NatsConnection;
  files: ChaosFiles;
  mark: string;
}

async function torment(running: Running): Promise<ChaosResult | null> {
  const { options, fleet, nc, files, mark, folder, stop, report } = running;
  const watch = watchRecords(nc);
  const sightings = sightItems(watch);
  // Streams of chance of their own: how long a fault lasts must not decide which items there are.
  const workload = createWorkload(nc, watch, createPrng(options.seed ^ 0x5bd1e995));
  const startedMs = performance.now();
  const untilMs = startedMs + options.minutes * 60_000;
  const showing = showProgress({ watch, workload, report });
  const [, faults] = await Promise.all([
    workload.submit({ itemsPerSecond: options.itemsPerSecond, untilMs, signal: stop }),
    injectAll({ ...running, startedMs, untilMs }),
  ]);
  if (stop.aborted) {
    showing.end();
    await watch.stop();
    return null;
  }
  report('faults have ended; waiting for every item to end or to be parked');
  await fleet.cluster.ready().catch((error: unknown) => report(String(error)));
  await workload.settled();
  await until(SETTLE_LIMIT_MS, stop, () =>
    workload.submitted().every((item) => hasEnded(watch, item)),
  );
  const durationMs = Math.round(performance.now() - startedMs);
  showing.end();
  await until(QUIET_LIMIT_MS, stop, () => findMarked(mark, folder).length === 0);
  const strays = findMarked(mark, folder);
  const remains = await readRemains(nc, files);
  await watch.stop();
  const crashes = fleet.members.flatMap(({ process }) => process.crashes());
  const unstopped = await fleet.drain();
  for (const name of unstopped) report(lastWords(fleet, name));
  const submitted = workload.submitted().map(({ project, item }) => `${project.name}/${item}`);
  const history = { ...remains, submitted, sightings, strays, crashes, unstopped };
  return { history, faults, durationMs, serverVersion: fleet.cluster.version };
}

async function injectAll(
  running: Running & { startedMs: number; untilMs: number },
): Promise<InjectedFault[]> {
  const { options, fleet, stop, report, startedMs, untilMs } = running;
  const over = new AbortController();
  const ended = AbortSignal.any([stop, over.signal]);
  const injector = createFaultInjector(fleet, { ended, ledger: running.files.ledger });
  const injected: InjectedFault[] = [];
  const underWay: Promise<void>[] = [];
  for (const planned of planFaults(createPrng(options.seed), options.minutes * 60_000)) {
    await delay(startedMs + planned.atMs - performance.now(), undefined, { signal: stop }).catch(
      () => {},
    );
    if (stop.aborted) break;
    const injecting = injector.inject(planned).then((fault) => {
      injected.push(fault);
      const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
      const lasted = fault.lastedMs < 50 ? '' : ` for ${seconds(fault.lastedMs)}`;
      report(`${seconds(fault.atMs).padStart(8)}  ${fault.kind}${lasted}: ${fault.target}`);
    });
    underWay.push(injecting);
  }
  await delay(untilMs - performance.now(), undefined, { signal: stop }).catch(() => {});
  over.abort();
  await Promise.all(underWay);
  return injected;
}

function sightItems(watch: RecordsWatch): Map<string, string[][]> {
  const sightings = new Map<string, string[][]>();
  watch.onRecord(({ record }) => {
    if (record.machine !== 'item') return;
    const { project, item, runs } = itemContextOf(record);
    const name = `${project}/${item}`;
    const lists = sightings.get(name) ?? [];
    lists.push(runs.map(({ stage, attempt }) => `${stage}.${attempt}`));
    sightings.set(name, lists);
  });
  return sightings;
}

function hasEnded(watch: RecordsWatch, { project, item }: ChaosItem): boolean {
  return ENDED.includes(watch.stateOf(itemAddress(project.name, item)) ?? 'unseen');
}

function showProgress(given: {
  watch: RecordsWatch;
  workload: Workload;
  report: (line: string) => void;
}): { end(): void } {
  const { watch, workload, report } = given;
  const show = () => {
    const all = workload.submitted();
    const open = all.filter((item) => !hasEnded(watch, item));
    const named = open.length > MAX_NAMED ? '' : `: ${open.map(({ item }) => item).join(' ')}`;
    report(
      `          ${all.length} submitted, ${all.length - open.length} ended, ${open.length} open${named}`,
    );
  };
  const timer = setInterval(show, PROGRESS_MS);
  return { end: () => clearInterval(timer) };
}

async function until(limitMs: number, stop: AbortSignal, isSo: () => boolean): Promise<void> {
  const endsAtMs = performance.now() + limitMs;
  while (!isSo() && !stop.aborted && performance.now() < endsAtMs) await delay(LOOK_MS);
}
