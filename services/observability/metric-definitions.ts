// Every metric there is: name, kind, labels and what it says. The page and the dashboard are made from this table.
// No label may ever hold an item, a name that somebody outside has chosen, or free text.

import { DEPLOYMENT_METRICS } from './deployment-metric-definitions.ts';
import { MERGE_METRICS } from './merge-metric-definitions.ts';

export interface MetricDefinition {
  name: string;
  kind: 'counter' | 'gauge' | 'histogram';
  help: string;
  /** What each label may be. */
  labels: Readonly<Record<string, string>>;
  /** Upper bounds of a histogram, in seconds. */
  buckets?: readonly number[];
}

const MACHINE = '`run`, `item`, `account`, `merge`, `deployment`';

/** Milliseconds to a minute: a hand-over takes two commits, unless somebody fell silent in between. */
const QUICK_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Finalizing takes seconds; a grace, minutes. */
const CLAIM_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];
/** Work takes seconds to hours; a person, days. */
const STATE_BUCKETS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200, 21_600, 86_400];

/** Counters begin at 0 with each process; gauges of the whole fleet are the same on every host. */
export const METRICS = {
  transitions: {
    name: 'onceward_transitions_total',
    kind: 'counter',
    help: 'Events applied by this host, by the state they led to.',
    labels: { machine: MACHINE, event: 'type of the event', to: 'state after it' },
  },
  refusals: {
    name: 'onceward_refusals_total',
    kind: 'counter',
    help: 'Events this host refused.',
    labels: { machine: MACHINE, reason: 'one of the public reasons' },
  },
  repeats: {
    name: 'onceward_repeats_total',
    kind: 'counter',
    help: 'Events this host recognised as applied before.',
    labels: {},
  },
  claims: {
    name: 'onceward_claims_total',
    kind: 'counter',
    help: 'Claims of finished runs, won and lost.',
    labels: {
      outcome: '`won`, `lost`',
      tier: '`monitor`, `evaluator`, `reaper`, `person`, `policy`, `publisher`, `queue`, `deployment`',
    },
  },
  takeovers: {
    name: 'onceward_takeovers_total',
    kind: 'counter',
    help: 'What was taken over: runs claimed after the grace, runs whose worker was lost, partitions.',
    labels: { tier: '`evaluator`, `reaper`: a claim; `epoch`: a lost worker; `partition`' },
  },
  handOver: {
    name: 'onceward_hand_over_seconds',
    kind: 'histogram',
    help: 'From the claim of a run to its item having moved on.',
    labels: {},
    buckets: QUICK_BUCKETS,
  },
  exitToClaim: {
    name: 'onceward_exit_to_claim_seconds',
    kind: 'histogram',
    help: 'From the recorded exit of a run to its claim.',
    labels: {},
    buckets: CLAIM_BUCKETS,
  },
  runStates: {
    name: 'onceward_run_seconds',
    kind: 'histogram',
    help: 'How long a run was in a state, counted when it left it.',
    labels: {
      state: 'the state it left: `queued`, `starting`, `working`, `finalizing`, …',
      stage_kind: '`agent`, `command`, `approval`, `checks`, `merge`, `external`',
    },
    buckets: STATE_BUCKETS,
  },
  budgets: {
    name: 'onceward_budget_spent_total',
    kind: 'counter',
    help: 'Verdicts that were charged to a budget.',
    labels: {
      budget: '`product`, `infra`, `inconclusive`, `unobserved`, `continuations`, `resumes`',
    },
  },
  agentTokens: {
    name: 'onceward_agent_tokens_total',
    kind: 'counter',
    help: 'Tokens that agents have used, as their runs reported them to this host. Each counts once.',
    labels: { kind: '`input`, `cached_input`, `output`' },
  },
  agentPriced: {
    name: 'onceward_agent_priced_tokens_total',
    kind: 'counter',
    help: 'Those of them that the cost is the price of; of the others nobody has said one, or not yet.',
    labels: {},
  },
  agentCost: {
    name: 'onceward_agent_cost_usd_total',
    kind: 'counter',
    help: 'What agents have cost in US dollars, as far as a price is known.',
    labels: {},
  },
  agentTurns: {
    name: 'onceward_agent_turns_total',
    kind: 'counter',
    help: 'Turns that agents have taken.',
    labels: {},
  },
  alarms: {
    name: 'onceward_alarms_total',
    kind: 'counter',
    help: 'Alarms raised by this host.',
    labels: { reason: 'one of the known reasons' },
  },
  alarmActions: {
    name: 'onceward_alarm_actions_total',
    kind: 'counter',
    help: 'What came of telling people about alarms.',
    labels: {
      action: '`command`, `webhook`, `slack`',
      outcome: '`done`, `failed`, `held` (told not long ago), `dropped` (too many at once)',
    },
  },
  webhooks: {
    name: 'onceward_webhooks_total',
    kind: 'counter',
    help: 'Webhooks that came to this process, by what became of them.',
    labels: {
      source: '`github`, `plane`',
      outcome:
        '`stored`, `repeat`, `ignored` (about nothing of ours), `unconfigured` (no secret), `unverified` ' +
        '(wrong signature), `invalid`, `content_type`, `too_large`, `flood`, `unstored` (NATS did not take it)',
    },
  },
  spans: {
    name: 'onceward_spans_total',
    kind: 'counter',
    help: 'Spans handed to the collector of traces, and those it did not take.',
    labels: { outcome: '`exported`, `failed`' },
  },
  queueJobs: {
    name: 'onceward_queue_jobs',
    kind: 'gauge',
    help: 'Jobs of the whole fleet, over all projects.',
    labels: {
      pool: 'a pool of the configuration',
      lane: '`work`, `tend`, `merge`',
      state: '`waiting`, `under_way`',
    },
  },
  mailboxWaiting: {
    name: 'onceward_mailbox_waiting',
    kind: 'gauge',
    help: 'Mailbox messages of the whole fleet that are not handled yet.',
    labels: { partition: 'its number' },
  },
  accountSuspended: {
    name: 'onceward_account_suspended',
    kind: 'gauge',
    help: 'Whether no run may begin on an account of the fleet: 1 while it is suspended, else 0.',
    labels: {
      owner: '`project`, `provider`',
      name: 'a project, or an account of the configuration',
    },
  },
  ...MERGE_METRICS,
  ...DEPLOYMENT_METRICS,
  fleetReadings: {
    name: 'onceward_fleet_readings_total',
    kind: 'counter',
    help: 'Readings of queues, mailboxes, accounts and merge queues for a scrape. After a failed one they are left out.',
    labels: { outcome: '`done`, `failed`' },
  },
  partitionsHeld: {
    name: 'onceward_partitions_held',
    kind: 'gauge',
    help: 'Partitions this host serves.',
    labels: {},
  },
  runningAgents: {
    name: 'onceward_running_agents',
    kind: 'gauge',
    help: 'Commands of agent and command stages that this worker runs now.',
    labels: {},
  },
  diskUsed: {
    name: 'onceward_disk_used_bytes',
    kind: 'gauge',
    help: 'What the state directory of this worker takes on the disk, as its janitor last measured it.',
    labels: { part: '`worktrees`, `runs`, `logs`, `repositories`, `checkouts`' },
  },
  workspacesKept: {
    name: 'onceward_workspaces_kept',
    kind: 'gauge',
    help: 'Items whose folders the janitor of this worker keeps, by the reason.',
    labels: {
      reason:
        '`active`, `unknown`, `unreadable`, `not-discarded`, `not-landed`, `head-unknown`, `remote-unread`, ' +
        '`remove-failed`, `logs-only`',
    },
  },
  outsideLooks: {
    name: 'onceward_outside_looks_total',
    kind: 'counter',
    help: 'Looks of this host at trackers and forges.',
    labels: {
      project: 'a project; `other` past the first 200 of this process',
      outcome: '`done`, `failed`',
    },
  },
  outsideLookTime: {
    name: 'onceward_outside_look_seconds',
    kind: 'histogram',
    help: 'How long a look at the tracker and the forge of a project took.',
    labels: {},
    buckets: QUICK_BUCKETS,
  },
  outsideDeeds: {
    name: 'onceward_outside_deeds_total',
    kind: 'counter',
    help: 'What this host did towards trackers and forges, or for what it saw there.',
    labels: {
      actuator:
        '`intake`, `commands`, `marks`, `comments`, `pullRequests`, `checks`, `reruns`, `reviews`, `queue`',
      outcome: '`done`, `shadowed` (only said), `failed`',
    },
  },
  buildInfo: {
    name: 'onceward_build_info',
    kind: 'gauge',
    help: 'Always 1; says which version runs.',
    labels: { version: 'version of onceward' },
  },
} as const satisfies Record<string, MetricDefinition>;
