// Runs in every state they can rest in, with what is known around each.
// It must never make a record by hand: what cannot come about needs no explanation.
import { ask, claim, deadline, type StageInput, tell } from '../../support/machine-steps.ts';
import {
  ACCOUNT,
  accountAfter,
  LATE_MS,
  NOW_MS,
  presenceOf,
  runScenario,
  type Scenario,
  SOON_MS,
  WORKER,
} from './why-scenarios.ts';

const started = ask('started', { epoch: 1, worker: WORKER, machine: 'm1' });
const progress = ask('progress', {
  epoch: 1,
  outputBytes: 512,
  processGroup: { pid: 4_711, startTicks: 99 },
});
const exited = ask('exited', { epoch: 1, code: 0 });
const external: StageInput = { kind: 'external' };
const approval: StageInput = { kind: 'approval' };
/** Given up when nothing has changed for five minutes. */
const CHECKS: StageInput = {
  kind: 'checks',
  checks: { required: [], ignore: [], dwellMs: 90_000, inactivityMs: 300_000, reruns: 2 },
};
const checksSeen = ask('checks-seen', {
  ...{ epoch: 1, sha: 'a'.repeat(40), digest: 'd1', summary: '2 of 5 passed, build is running' },
});
const graceElapsed = deadline('grace-elapsed', LATE_MS);
const lost = tell('worker-lost', { epoch: 1, worker: WORKER });

/** A stage that a coding agent works on, with a cap. */
export const AGENT: StageInput = {
  agent: { adapter: 'claude', args: [] },
  caps: { usd: 5 },
};
const hold = ask('hold', {
  ...{ epoch: 1, account: ACCOUNT, cause: 'usage-limit', untilMs: NOW_MS + 720_000 },
});
const spent = {
  ...{ inputTokens: 300_000, outputTokens: 40_000, turns: 12 },
  ...{ usd: 5.12, pricedTokens: 340_000 },
};
const expensive = ask('progress', { epoch: 1, outputBytes: 512, usage: spent });

export const RUNS: readonly Scenario[] = [
  runScenario('nobody took it', { state: 'running.queued' }),
  runScenario('no worker is alive', {
    state: 'running.queued',
    presences: [presenceOf('host', 'host-1')],
  }),
  runScenario('its worker was lost', {
    state: 'running.queued',
    steps: [started, progress, lost],
  }),
  runScenario('it was asked for again', {
    state: 'running.queued',
    steps: [deadline('queue-stalled', LATE_MS * 2)],
  }),
  runScenario('its account is suspended', {
    state: 'running.held',
    stage: AGENT,
    steps: [hold],
    nowMs: SOON_MS,
    account: accountAfter(
      tell('suspend', {
        ...{ by: 'run.shop.6.build.1', cause: 'usage-limit' },
        ...{ evidence: 'limit reached\u001b[31m\nresets 2pm', resetAtMs: NOW_MS + 720_000 },
      }),
    ),
  }),
  runScenario('its account is available again', {
    state: 'running.held',
    stage: AGENT,
    steps: [hold],
    nowMs: SOON_MS,
    account: accountAfter(),
  }),
  runScenario('its account cannot be read', {
    state: 'running.held',
    stage: AGENT,
    steps: [hold],
    nowMs: SOON_MS,
  }),
  runScenario('a person decides', { state: 'running.queued', stage: approval }),
  runScenario('its policy decides', {
    state: 'running.queued',
    stage: { ...approval, approve: 'auto' },
  }),
  runScenario('a review decides as well', {
    state: 'running.queued',
    stage: { ...approval, approve: 'reviews' },
  }),
  runScenario('no check was seen yet', { state: 'running.queued', stage: CHECKS }),
  runScenario('its checks are under way', {
    state: 'running.queued',
    stage: CHECKS,
    steps: [checksSeen],
    nowMs: SOON_MS,
    presences: [presenceOf('host', 'host-1')],
  }),
  runScenario('its checks have stood still', {
    state: 'running.queued',
    stage: CHECKS,
    steps: [checksSeen],
    nowMs: LATE_MS,
  }),
  runScenario('a publisher reports', { state: 'running.queued', stage: external }),
  runScenario('it was taken', { state: 'running.starting', steps: [started] }),
  runScenario('a publisher took it', {
    state: 'running.starting',
    stage: external,
    steps: [ask('started')],
  }),
  runScenario('its process lives', { state: 'running.working', steps: [started, progress] }),
  runScenario('its worker has lapsed', {
    state: 'running.working',
    steps: [started, progress],
    presences: [presenceOf('host', 'host-1')],
  }),
  runScenario('a publisher works', {
    state: 'running.working',
    stage: external,
    steps: [ask('started'), ask('progress')],
  }),
  runScenario('its agent has something to show', {
    state: 'running.working',
    stage: AGENT,
    steps: [
      started,
      ask('progress', {
        ...{ epoch: 1, outputBytes: 512, headSha: 'a'.repeat(40) },
        usage: { ...spent, usd: 1.23, pricedTokens: 220_000 },
      }),
    ],
  }),
  runScenario('it has reached a cap', {
    state: 'running.overCap',
    stage: AGENT,
    steps: [started, expensive],
  }),
  runScenario('it has reached a cap, and its worker has lapsed', {
    state: 'running.overCap',
    stage: AGENT,
    steps: [started, expensive],
    presences: [presenceOf('host', 'host-1')],
  }),
  runScenario('nobody allowed it more', {
    state: 'running.stopping',
    stage: AGENT,
    steps: [started, expensive, deadline('decision-due', LATE_MS * 2)],
    nowMs: LATE_MS * 2,
  }),
  runScenario('its worker finalizes', {
    state: 'finalizing',
    steps: [started, progress, exited, ask('finalize-step', { epoch: 1, step: 'push', key: 'k' })],
  }),
  runScenario('a publisher has to claim', {
    state: 'finalizing',
    stage: external,
    steps: [ask('exited')],
  }),
  runScenario('nobody finalizes', {
    state: 'finalizing',
    stage: {
      budgets: {
        product: 3,
        infra: 1,
        inconclusive: 1,
        unobserved: 2,
        continuations: 3,
        resumes: 2,
      },
    },
    steps: [started, progress, lost],
  }),
  runScenario('anyone may judge', {
    state: 'graceExpired',
    steps: [started, progress, exited, graceElapsed],
  }),
  runScenario('anyone may judge, and its deadline is late', {
    state: 'graceExpired',
    steps: [started, progress, exited, graceElapsed],
    nowMs: LATE_MS * 3,
    presences: [],
  }),
  runScenario('an artifact is to be judged', {
    state: 'graceExpired',
    stage: { ...external, gates: [{ kind: 'verdict', path: 'verdict.json' }] },
    steps: [ask('exited'), graceElapsed],
  }),
  runScenario('it was claimed', {
    state: 'claimed',
    steps: [started, progress, exited, claim(WORKER)],
  }),
  runScenario('its lease is over', {
    state: 'claimed',
    steps: [started, progress, exited, claim(WORKER)],
    nowMs: LATE_MS,
  }),
  runScenario('its worker ends it', {
    state: 'cancelling',
    steps: [started, progress, tell('cancel')],
  }),
  runScenario('its worker is gone, and its process perhaps not', {
    state: 'cancelling',
    steps: [started, progress, tell('cancel'), lost],
    presences: [],
  }),
  runScenario('it has advanced', {
    state: 'advanced',
    steps: [started, progress, exited, claim(WORKER), tell('advance-confirmed')],
  }),
  runScenario('it was cancelled', {
    state: 'cancelled',
    steps: [started, progress, tell('cancel'), ask('gone', { epoch: 1 })],
  }),
];
