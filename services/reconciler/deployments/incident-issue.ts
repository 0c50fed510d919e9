// What is written of a version that proved bad: the title and the body of the issue and item that are opened for it.
// It must never hold what would act on a tracker: others have written what it quotes.
import type { Incident } from '../../../machines/deployment/context.ts';
import { itemOfStem } from '../../../transport/tracker/file-item.ts';
import type { IssueDraft } from '../../../transport/tracker/tracker.ts';
import { boundedText, plainLine, postableText } from '../../workers/neutral-text.ts';
import type { DeploymentView } from '../records/deployment-views.ts';
import { incidentWords } from './words.ts';

const MAX_EVIDENCE_CHARACTERS = 2_000;
const MAX_TITLE_CHARACTERS = 200;
const SHORT = 12;

/** The same for whoever sees the same incident: `incident-production-3`. */
export function incidentName({ context }: DeploymentView, { number }: Incident): string {
  return itemOfStem(`incident-${context.environment}-${number}`);
}

export function incidentIssue(view: DeploymentView, incident: Incident): IssueDraft {
  const { project, environment } = view.context;
  const cause = plainLine(incident.cause);
  const title = `${environment} has proved bad with ${incident.sha.slice(0, SHORT)}: ${cause}`;
  return {
    key: `${view.address}:incident:${incident.number}`,
    name: incidentName(view, incident),
    title: title.slice(0, MAX_TITLE_CHARACTERS),
    body: [
      `A version that was brought to \`${environment}\` of \`${project}\` has proved bad there. Find out why, and repair it on the base branch.`,
      facts(view, incident),
      '## What was seen',
      quoted(incident.summary),
      ...probes(view),
      '## What was done',
      incidentWords(view, incident) || 'Nothing yet.',
      `\`onceward show ${view.address}\` says how it stands.`,
    ].join('\n\n'),
  };
}

function facts({ context }: DeploymentView, incident: Incident): string {
  const { item, sha, digest, atMs, number } = incident;
  // What came back since is what there was before.
  const back = context.ended.filter(({ kind }) => kind === 'rollback').map((one) => one.number);
  const before = context.good.findLast(
    (one) => one.digest !== digest && (one.operation < number || back.includes(one.operation)),
  );
  return [
    `- version: \`${sha}\``,
    `- image: \`${digest}\``,
    item === null
      ? '- brought by: an operator'
      : `- brought by: item \`${context.project}/${item}\``,
    before === undefined
      ? '- before it: nothing that was found good here'
      : `- before it: \`${before.sha}\` (\`${before.digest}\`)`,
    `- at: ${new Date(atMs).toISOString()}`,
    `- cause: \`${plainLine(incident.cause).replaceAll('`', "'")}\``,
  ].join('\n');
}

function probes({ context }: DeploymentView): string[] {
  const baselines = Object.entries(context.baselines);
  if (baselines.length === 0) return [];
  const lines = baselines.map(([probe, value]) => `- \`${probe}\`: ${value}`);
  return ['Before it was deployed, the same probes had measured:', lines.join('\n')];
}

function quoted(text: string): string {
  const said = boundedText(postableText(text).trim(), MAX_EVIDENCE_CHARACTERS);
  return (said || 'nothing was said of it')
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}
