// Leaves what the reconciler knows in the state directory, every few seconds when it has changed.
// It must never end the host when the disk is full: then people see less.
import type { Clock } from '../../../transport/ports.ts';
import type { Log } from '../../actors/log.ts';
import {
  MAX_TOLD_WAITING,
  type OutsideReport,
  type OutsideRow,
  writeOutsideReport,
} from '../../queries/outside-file.ts';
import type { ReconciledProject } from '../reconciler.ts';

const EVERY_MS = 3_000;

export interface OutsideReportOptions {
  stateDirectory: string;
  identity: string;
  status: () => readonly ReconciledProject[];
  /** Projects that are left alone, each with what is wrong with it. */
  leftAlone: () => ReadonlyMap<string, string>;
  clock: Pick<Clock, 'nowMs' | 'after'>;
  log: Log;
}

export interface OutsideReporting {
  /** Writes once more what there is. */
  stop(): Promise<void>;
}

export function startOutsideReport(options: OutsideReportOptions): OutsideReporting {
  const { stateDirectory, identity: by, clock, log } = options;
  let told = '';
  let isStopped = false;
  let underWay: Promise<void> = Promise.resolve();
  let cancelTimer = () => {};

  const write = async (): Promise<void> => {
    const projects = rowsOf(options);
    const text = JSON.stringify(projects);
    if (text === told) return;
    const report: OutsideReport = { v: 1, by, atMs: clock.nowMs(), projects };
    try {
      await writeOutsideReport(stateDirectory, report);
      told = text;
    } catch (err) {
      log.warn({ err }, 'what waits outside could not be written down');
    }
  };
  const plan = (): void => {
    if (isStopped) return;
    cancelTimer = clock.after(EVERY_MS, () => {
      underWay = write().finally(plan);
    });
  };

  plan();
  return {
    async stop() {
      isStopped = true;
      cancelTimer();
      await underWay;
      await write();
    },
  };
}

function rowsOf({ status, leftAlone }: OutsideReportOptions): OutsideRow[] {
  const looked = status().map(({ waiting, ...row }) => ({
    ...row,
    waitingCount: waiting.length,
    waiting: waiting.slice(0, MAX_TOLD_WAITING),
  }));
  const left = [...leftAlone()].map(([project, problem]) => ({
    ...{ project, problem, lookedAtMs: null, failedLooks: 0 },
    ...{ unshown: 0, waitingCount: 0, waiting: [] },
  }));
  return [...looked, ...left].sort((one, other) => (one.project < other.project ? -1 : 1));
}
