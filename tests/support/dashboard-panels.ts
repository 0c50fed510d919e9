// What the dashboard shows: for each panel its title, its unit and what it asks Prometheus.
// It must never ask for a metric that does not exist; a test compares it with the registry.
import { DEPLOYMENTS } from './dashboard-deployments.ts';
import {
  ALL,
  each,
  fleet,
  lines,
  type Panel,
  quantiles,
  rate,
  rises,
  stat,
} from './dashboard-queries.ts';

const STATES = 'onceward_run_seconds';

export const ROWS: readonly { title: string; panels: readonly Panel[] }[] = [
  {
    title: 'Now',
    panels: [
      stat(
        'Partitions held',
        'Should be all of them.',
        'sum(onceward_partitions_held{job=~"$job"})',
      ),
      stat('Agents running', 'Over all workers.', 'sum(onceward_running_agents{job=~"$job"})'),
      stat(
        'Alarms in 24 h',
        'By all hosts.',
        'sum(increase(onceward_alarms_total{job=~"$job"}[24h]))',
      ),
      {
        ...stat('Version', 'More than one during a roll-out.', ''),
        queries: [
          { expr: 'count by (version) (onceward_build_info{job=~"$job"})', legend: '{{version}}' },
        ],
      },
    ],
  },
  {
    title: 'What is decided',
    panels: [
      lines(
        'Events applied',
        'By type.',
        'ops',
        rate('onceward_transitions_total', 'machine, event'),
      ),
      lines(
        'Events refused',
        'By reason.',
        'ops',
        rate('onceward_refusals_total', 'machine, reason'),
      ),
      lines(
        'Repeats',
        'Applied before, and recognised.',
        'ops',
        rate('onceward_repeats_total', 'instance'),
      ),
      lines(
        'Budgets spent',
        'Verdicts that did not pass.',
        'short',
        rises('onceward_budget_spent_total', 'budget'),
      ),
    ],
  },
  {
    title: 'Who hands over',
    panels: [
      lines(
        'Claims',
        'Lost ones are races, not failures.',
        'ops',
        rate('onceward_claims_total', 'outcome, tier'),
      ),
      lines(
        'Take-overs',
        'Of runs and partitions.',
        'short',
        rises('onceward_takeovers_total', 'tier'),
      ),
      lines(
        'Hand-over',
        'From the claim to the item having moved on.',
        's',
        ...quantiles('onceward_hand_over_seconds'),
      ),
      lines(
        'Exit to claim',
        'Finalization, or the grace.',
        's',
        ...quantiles('onceward_exit_to_claim_seconds'),
      ),
      lines('Time in a state', '95th percentile, of runs that left it.', 's', {
        expr: `histogram_quantile(0.95, sum by (le, state, stage_kind) (rate(${STATES}_bucket${ALL}[$__rate_interval])))`,
        legend: '{{stage_kind}} {{state}}',
      }),
    ],
  },
  {
    title: 'What waits',
    panels: [
      lines('Jobs', 'Of all projects.', 'short', fleet('onceward_queue_jobs', 'pool, lane, state')),
      lines(
        'Mailboxes',
        'Messages not handled yet.',
        'short',
        fleet('onceward_mailbox_waiting', 'partition'),
      ),
      lines('Agents', 'Of each worker.', 'short', each('onceward_running_agents')),
      lines('Partitions', 'Of each host.', 'short', each('onceward_partitions_held')),
      lines('Disk', 'State directories of workers.', 'bytes', {
        expr: `sum by (instance, part) (onceward_disk_used_bytes${ALL})`,
        legend: '{{instance}} {{part}}',
      }),
      lines('Folders kept', 'Items, by the reason.', 'short', {
        expr: `sum by (reason) (onceward_workspaces_kept${ALL})`,
        legend: '{{reason}}',
      }),
    ],
  },
  {
    title: 'What agents use',
    panels: [
      lines(
        'Tokens',
        'The cost is that of those with a known price alone.',
        'short',
        rises('onceward_agent_tokens_total', 'kind'),
        {
          expr: `sum(increase(onceward_agent_priced_tokens_total${ALL}[$__rate_interval]))`,
          legend: 'with a known price',
        },
      ),
      lines(
        'Cost',
        'US dollars, as far as a price is known.',
        'short',
        rises('onceward_agent_cost_usd_total', 'job'),
      ),
      lines('Turns', 'Of all agents.', 'short', rises('onceward_agent_turns_total', 'job')),
      lines(
        'Suspended accounts',
        '1 while no run may begin on it.',
        'short',
        fleet('onceward_account_suspended', 'owner, name'),
      ),
    ],
  },
  {
    title: 'What is landed',
    panels: [
      lines(
        'Merge queues',
        'Items that wait, or are tried.',
        'short',
        fleet('onceward_merge_queue_entries', 'project, branch'),
      ),
      lines(
        'Held up',
        '1 while nothing lands until somebody has looked.',
        'short',
        fleet('onceward_merge_queue_held_up', 'project, branch'),
      ),
      lines(
        'Trials',
        'By how they ended.',
        'short',
        rises('onceward_merge_trials_total', 'outcome'),
      ),
      lines(
        'Items of merge queues',
        'What became of them.',
        'short',
        rises('onceward_merge_items_total', 'outcome'),
      ),
      lines(
        'Lost holders',
        'By how they were missed.',
        'short',
        rises('onceward_merge_holder_losses_total', 'cause'),
      ),
    ],
  },
  DEPLOYMENTS,
  {
    title: 'Who is told',
    panels: [
      lines('Alarms', 'By reason.', 'short', rises('onceward_alarms_total', 'reason')),
      lines(
        'Alarms told',
        'To commands and webhooks.',
        'short',
        rises('onceward_alarm_actions_total', 'action, outcome'),
      ),
      lines(
        'Webhooks',
        'What came in, by what became of it.',
        'ops',
        rate('onceward_webhooks_total', 'source, outcome'),
      ),
      lines(
        'Looks outside',
        'At trackers and forges, by project.',
        'ops',
        rate('onceward_outside_looks_total', 'project, outcome'),
      ),
      lines(
        'Looks outside, time',
        'Of one look.',
        's',
        ...quantiles('onceward_outside_look_seconds'),
      ),
      lines(
        'Deeds outside',
        'Towards trackers and forges, or for what was seen there.',
        'ops',
        rate('onceward_outside_deeds_total', 'actuator, outcome'),
      ),
      lines('Spans', 'To the collector of traces.', 'ops', rate('onceward_spans_total', 'outcome')),
      lines(
        'Fleet readings',
        'For the panels of what waits.',
        'ops',
        rate('onceward_fleet_readings_total', 'outcome'),
      ),
    ],
  },
  {
    title: 'The processes',
    panels: [
      lines(
        'Processor',
        'Of one core.',
        'percentunit',
        rate('process_cpu_seconds_total', 'instance'),
      ),
      lines('Memory', 'Resident.', 'bytes', each('process_resident_memory_bytes')),
      lines('Event loop', 'Lag, 99th percentile.', 's', each('nodejs_eventloop_lag_p99_seconds')),
    ],
  },
];
