// The row of the dashboard on deployments.
// It must never ask for a metric that does not exist; a test compares it with the registry.
import { fleet, lines, type Panel, quantiles, rises } from './dashboard-queries.ts';

export const DEPLOYMENTS: { title: string; panels: readonly Panel[] } = {
  title: 'What is deployed',
  panels: [
    lines(
      'Environments',
      'The state of each.',
      'short',
      fleet('onceward_deployment_state', 'project, environment, state'),
    ),
    lines('Waits for a person', 'For how long.', 's', {
      expr: 'max by (project, environment) ((time() - onceward_deployment_held_since_seconds{job=~"$job"}) * (onceward_deployment_held_since_seconds{job=~"$job"} > bool 0))',
      legend: '{{project}} {{environment}}',
    }),
    lines(
      'Releases that wait',
      'Behind what is under way.',
      'short',
      fleet('onceward_deployment_queue_entries', 'project, environment'),
    ),
    lines(
      'Operations begun',
      'A rollback is one of them.',
      'short',
      fleet('onceward_deployment_operation_number', 'project, environment'),
    ),
    lines(
      'Operations ended',
      'By how.',
      'short',
      rises('onceward_deployment_operations_total', 'kind, outcome'),
    ),
    lines(
      'Time of an operation',
      'The watch included.',
      's',
      ...quantiles('onceward_deployment_operation_seconds'),
    ),
    lines(
      'Measurements',
      'By what they said.',
      'short',
      rises('onceward_deployment_measurements_total', 'outcome'),
    ),
    lines(
      'Holds',
      'By their cause; incidents beside them.',
      'short',
      rises('onceward_deployment_holds_total', 'cause'),
      {
        expr: 'sum(increase(onceward_deployment_incidents_total{job=~"$job"}[$__rate_interval]))',
        legend: 'incidents',
      },
    ),
    lines(
      'Lost holders of deployments',
      'By how they were missed.',
      'short',
      rises('onceward_deployment_holder_losses_total', 'cause'),
    ),
  ],
};
