// What the comment of a run says that waits for an environment: what is done with its version, and what became of it.
// It must never say anything that changes by itself.
import type { Verdict } from '../../../machines/verdict.ts';
import { incidentOf, incidentWords, releaseWords } from '../deployments/words.ts';
import type { DeploymentView } from '../records/deployment-views.ts';
import type { RunView } from '../records/item-views.ts';

export interface DeploymentRun {
  item: string;
  run: RunView;
  /** Undefined while nobody has seen its deployment. */
  deployment: DeploymentView | undefined;
}

export function deploymentHappening({ item, run, deployment }: DeploymentRun): string {
  const { stage, attempt } = run.context;
  const known = deployment && releaseWords(deployment, { item, attempt });
  return known ?? `waits for its turn in \`${stage.deploy?.environment}\``;
}

/** Null where the words for every other verdict do. */
export function deploymentVerdictWords(
  { kind, cause }: Verdict,
  { stage }: RunView['context'],
): string | null {
  const where = `\`${stage.deploy?.environment}\``;
  if (kind === 'pass') return cause === 'contained' ? `in ${where} already` : `live in ${where}`;
  if (kind === 'product_fail') return `has failed in ${where}`;
  return kind === 'not_applicable' ? `not deployed to ${where}` : null;
}

/** Of a version that proved bad: what serves now, and which item was opened for it. Empty where none did. */
export function incidentParagraph({ item, run, deployment }: DeploymentRun): string {
  const { claim, openedAtMs } = run.context;
  if (deployment === undefined || claim === null) return '';
  const within = { item, sinceMs: openedAtMs, untilMs: claim.atMs };
  const incident = incidentOf(deployment, within);
  if (incident === undefined) return '';
  const { openedItem } = incident;
  const { project } = deployment.context;
  const linked = openedItem === null ? '' : ` Item \`${project}/${openedItem}\` was opened for it.`;
  return `${incidentWords(deployment, incident)}${linked}`;
}
