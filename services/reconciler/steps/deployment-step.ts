// Opens an item for each version that proved bad in an environment which wants one, and tells the deployment which.
// It must never open two for one incident, whoever looks, and however often.
import { itemAddress } from '../../../machines/address.ts';
import type { Incident } from '../../../machines/deployment/context.ts';
import { incidentIssue, incidentName } from '../deployments/incident-issue.ts';
import { queueName } from '../merges/queue-reports.ts';
import type { OutsideProject } from '../outside/outside-project.ts';
import type { DeploymentView } from '../records/deployment-views.ts';
import { apart, type OnTrouble } from './apart.ts';
import { openItem } from './issue-opening.ts';
import { ASK_LIMIT_MS, type ReconcileDeps } from './reconcile-deps.ts';

export interface DeploymentStep {
  look(project: OutsideProject): Promise<void>;
}

export interface DeploymentStepOptions extends ReconcileDeps {
  /** What failed for one incident; the others go on. */
  onTrouble: OnTrouble;
}

interface Wanted {
  project: OutsideProject;
  view: DeploymentView;
  incident: Incident;
}

export function createDeploymentStep(options: DeploymentStepOptions): DeploymentStep {
  const { deployments, onTrouble } = options;
  return {
    async look(project) {
      // What is draining gets no new items: it is looked at again when it takes some.
      if (project.isDraining) return;
      for (const view of deployments.of(project.name)) {
        for (const incident of view.context.incidents.filter(isWanted)) {
          const about = {
            project: project.name,
            what: `incident ${incident.number} of ${view.address}`,
          };
          await apart(onTrouble, about, () => react(options, { project, view, incident }));
        }
      }
    },
  };
}

function isWanted({ isItemWanted, openedItem }: Incident): boolean {
  return isItemWanted && openedItem === null;
}

async function react(options: DeploymentStepOptions, wanted: Wanted): Promise<void> {
  const { asker, log } = options;
  const { address } = wanted.view;
  const { number: incident } = wanted.incident;
  const item = await openFor(options, wanted);
  if (item === null) return;
  const id = `${queueName(address)}:item-opened:${incident}`;
  const request = { address, type: 'item-opened', id, data: { incident, item } };
  const reply = await asker.ask(request, { timeoutMs: ASK_LIMIT_MS });
  log.info({ address, incident, item, outcome: reply.outcome }, 'an item for an incident');
}

/** The name of its item; null where none may be opened. */
async function openFor(options: DeploymentStepOptions, wanted: Wanted): Promise<string | null> {
  const { project } = wanted;
  const { actuators } = project;
  // An issue that asks for work nobody takes up would only be noise: then it is only said what would be done.
  const issue = actuators.intake === 'enforce' ? await putIssue(options, wanted) : null;
  if (issue === null) return openAlone(options, wanted);
  const former = { ended: null, next: 1, isTakenUp: false };
  const opened = await openItem(options, { project, issue, former, isAgain: false });
  return typeof opened === 'string' ? issue.item : null;
}

/** What people see of it, and speak under: the issue its item is opened for, like any other. */
async function putIssue({ deeds }: DeploymentStepOptions, { project, view, incident }: Wanted) {
  const { tracker } = project;
  if (tracker.putIssue === undefined) return null;
  const draft = incidentIssue(view, incident);
  const deed = { actuator: 'comments', what: `open an issue: ${draft.title}` } as const;
  const issue = await deeds.perform(project, deed, () =>
    Promise.resolve(tracker.putIssue?.(draft)),
  );
  // The body as it was written, without the marker of the tracker.
  return issue ? { ...issue, title: draft.title, body: draft.body } : null;
}

/** Where the tracker opens no issues the item stands for itself. */
async function openAlone(
  { asker, deeds }: DeploymentStepOptions,
  { project, view, incident }: Wanted,
): Promise<string | null> {
  const item = incidentName(view, incident);
  const address = itemAddress(project.name, item);
  const { title, body } = incidentIssue(view, incident);
  const by = view.address.replace('.', ':').slice(0, 200);
  const id = `${queueName(view.address)}:incident:${incident.number}:open`;
  const request = { address, type: 'open', id, data: { title, body, by } };
  const deed = { actuator: 'intake', what: `open item ${item} for ${view.address}` } as const;
  const reply = await deeds.perform(project, deed, () =>
    asker.ask(request, { timeoutMs: ASK_LIMIT_MS }),
  );
  if (reply === null) return null;
  const isThere = reply.outcome === 'applied' || THERE.includes(reply.reason);
  return isThere ? item : null;
}

/** Whoever looked at the same time has opened it. */
const THERE: readonly string[] = ['not-now', 'finished'];
