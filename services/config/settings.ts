// The fleet-wide settings: every duration, limit and budget that is no part of one pipeline.
// It must never hold a secret: settings are printed, logged and shown in the web page.
import { z } from 'zod';
import { GRACE_MS_DEFAULT } from '../../machines/pipeline.ts';
import { alarmSettingsSchema } from './alarm-settings.ts';

type Range = readonly [min: number, max: number];

const SHORT_MS: Range = [100, 600_000];
const MEDIUM_MS: Range = [1_000, 3_600_000];

/** A whole number. Pages and editor hints take range and default from here, so they cannot differ. */
const whole = (meaning: string, [min, max]: Range, fallback: number) =>
  z.number().int().min(min).max(max).default(fallback).describe(meaning);

/** All fields are optional; names end in their unit. */
export const settingsSchema = z.strictObject({
  graceMs: whole(
    'How long a finished run may stay unclaimed before anyone may take it over. Must exceed the ' +
      'longest finalization: a claim made too early races a live run. A stage may override it, ' +
      'and `ONCEWARD_GRACE_MS` overrides the value given here.',
    MEDIUM_MS,
    GRACE_MS_DEFAULT,
  ),
  finalizeTimeoutMs: whole(
    'The most a finalization may take before its gates run: push and comment together.',
    MEDIUM_MS,
    120_000,
  ),
  claimLeaseMs: whole(
    'How long a claim is trusted before a claimant that fell silent is replaced.',
    [1_000, 600_000],
    30_000,
  ),
  progressMs: whole(
    'How often a worker reports that the agent of a run is alive.',
    SHORT_MS,
    10_000,
  ),
  workerLeaseMs: whole(
    'How long a worker whose signs of life nobody answers lets its commands run; then it ends them itself. ' +
      'After `presenceTtlMs` others may have begun the same run anew: shorter than that, and two never run.',
    MEDIUM_MS,
    60_000,
  ),
  queueStallMs: whole(
    'How long a run may wait for a worker before its job is published again.',
    MEDIUM_MS,
    600_000,
  ),
  startTimeoutMs: whole(
    'The most a worker may take from accepting a job to a living agent: clone, fetch, worktree.',
    MEDIUM_MS,
    300_000,
  ),
  evaluationTimeoutMs: whole(
    'The most a requested gate evaluation may take before it is requested again.',
    MEDIUM_MS,
    300_000,
  ),
  presenceTtlMs: whole(
    'How long a process that stopped renewing its presence still counts as alive; a host at most 4 s.',
    [2_000, 600_000],
    10_000,
  ),
  sweepMs: whole('How often a host looks for lost workers and stalled runs.', SHORT_MS, 5_000),
  bootGraceMs: whole(
    'How long after its start a host reaps nothing, so that workers can announce themselves. ' +
      '0 switches this off.',
    [0, 3_600_000],
    30_000,
  ),
  outageHoldMs: whole(
    'How long reaping is held back after a sweep that looked like an outage.',
    MEDIUM_MS,
    60_000,
  ),
  approvalReminderMs: whole(
    'How often a waiting approval is brought to mind.',
    [60_000, 604_800_000],
    86_400_000,
  ),
  jobAckWaitMs: whole(
    'How long a delivered job may stay unacknowledged before another worker gets it; one of a merge queue ' +
      'at most 5 s.',
    [1_000, 600_000],
    30_000,
  ),
  drainMs: whole(
    'How long jobs under way may go on after a worker was told to stop. Then their commands are ended and ' +
      'their runs handed back, which takes 20 s at most. 0 ends them at once.',
    [0, 86_400_000],
    10_000,
  ),
  retryBackoffMs: whole(
    'The wait before the first retry after an infrastructure fault; it doubles each time.',
    [0, 3_600_000],
    5_000,
  ),
  retryBackoffCapMs: whole(
    'The longest wait between two retries. Not less than `retryBackoffMs`.',
    [0, 86_400_000],
    300_000,
  ),
  capDecisionMs: whole(
    'How long a run that has reached a cap goes on before it is ended, unless a person allows it more.',
    MEDIUM_MS,
    600_000,
  ),
  outageBackoffMs: whole(
    'How long an account is suspended after an outage of its provider that names no time; it doubles ' +
      'with each suspension that follows closely.',
    MEDIUM_MS,
    60_000,
  ),
  outageBackoffCapMs: whole('The longest such suspension.', [1_000, 86_400_000], 3_600_000),
  janitorMs: whole(
    'How often a worker looks through its state directory, for folders whose work has landed and for what ' +
      'they take on the disk.',
    [1_000, 86_400_000],
    600_000,
  ),
  logMaxAgeDays: whole(
    'How long the logs of a finished item are kept after its end, in days.',
    [1, 3_650],
    30,
  ),
  diskBudgetMb: whole(
    'The most that worktrees, run folders, logs and clones of one state directory should take, in MiB. Beyond ' +
      'it an alarm is raised and no new worktree is made; what is there goes on. 0 is no limit.',
    [0, 1_000_000_000],
    0,
  ),
  logCapBytes: whole(
    'The most that is kept of one run’s output, in bytes; the rest is cut off.',
    [4_096, 1_073_741_824],
    10_485_760,
  ),
  commitMode: z
    .enum(['batch', 'single'])
    .default('batch')
    .describe(
      'How records are written when several are ready: `batch` in atomic groups (faster where every ' +
        'write waits for the disk), `single` one by one (faster where none does).',
    ),
  partitions: whole(
    'Into how many partitions the items are divided. Fixed once the streams exist.',
    [1, 64],
    16,
  ),
  replicas: z
    .literal([1, 3, 5])
    .default(1)
    .describe(
      'On how many servers of a cluster each stream is kept. Fixed once the streams exist; ' +
        '`ONCEWARD_REPLICAS` overrides the value given here.',
    ),
  reconcileMs: whole(
    'How often each project’s tracker and forge are read for what no webhook has told.',
    MEDIUM_MS,
    60_000,
  ),
  archiveMaxAgeDays: whole(
    'How long finished items are kept in the archive, in days.',
    [1, 3_650],
    90,
  ),
  webhookBytes: whole(
    'The largest webhook that is taken in. GitHub sends up to 26214400 bytes; what is larger is refused, and what ' +
      'it tells of is read at the next round. Applies from the next start.',
    [65_536, 26_214_400],
    26_214_400,
  ),
  alarms: alarmSettingsSchema
    .prefault({})
    .describe(
      'Who is told of alarms: a command, a webhook, a channel of Slack. The log and the audit always are.',
    ),
});

/** The settings with every default filled in. */
export type Settings = z.output<typeof settingsSchema>;
