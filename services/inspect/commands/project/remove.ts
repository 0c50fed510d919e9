// `onceward project remove`: takes a project out of the registry, at once or with its last item.
// It must never leave items behind that nobody works on.
import { OncewardError } from '../../../../transport/errors.ts';
import type { Session } from '../../../queries/session.ts';
import { countActiveItems } from '../../../registry/active-items.ts';
import { DRAIN_SETTLE_MS } from '../../../registry/drained-projects.ts';
import {
  assertRevision,
  changeProject,
  eraseProject,
  findProject,
  type ProjectChange,
  type Registry,
  requireRegistered,
} from '../../../registry/registry-changes.ts';
import type { CommandContext } from '../../command-context.ts';
import { EXIT } from '../../exit-codes.ts';
import { printDocument } from '../../output.ts';
import { changeLine, withRegistry } from '../../registry-session.ts';

export interface ProjectRemoveInput {
  project: string;
  isDraining: boolean;
  /** Calls draining off. */
  isKept?: boolean;
  ifRevision?: number;
}

/** @throws PROJECT_NOT_FOUND, PROJECT_REFUSED, REVISION_CONFLICT, PERMISSION_DENIED */
export async function projectRemove(
  context: CommandContext,
  input: ProjectRemoveInput,
): Promise<number> {
  if (input.isDraining && input.isKept === true) {
    throw new OncewardError('USAGE', '--drain and --keep exclude each other');
  }
  const change = await withRegistry(context, (registry, session) =>
    removed(context, input, { registry, session }),
  );
  printDocument(context, { ...change, notes: [] }, () => [changeLine(change)]);
  return EXIT.done;
}

async function removed(
  { delay }: CommandContext,
  { project, isDraining, isKept, ifRevision }: ProjectRemoveInput,
  { registry, session }: { registry: Registry; session: Session },
): Promise<ProjectChange> {
  const before = await requireRegistered(registry, project);
  assertRevision(before, ifRevision);
  if (isKept === true) return changeProject(registry, before, { isDraining: false });
  const items = session.bucket('onceward-items');
  const active = await countActiveItems(items, project);
  if (active > 0 && !isDraining) throw stillActive(project, active, before.isDraining);
  const marked = await changeProject(registry, before, { isDraining: true });
  if (active > 0) return { ...marked, outcome: 'draining' };
  // An item whose opening had begun before the mark is there by then.
  await delay(before.isDraining ? 0 : DRAIN_SETTLE_MS);
  if ((await countActiveItems(items, project)) > 0) return { ...marked, outcome: 'draining' };
  const { reading, revision } = await findProject(registry, project);
  // A host that drains it was faster.
  if (reading === null) return { project, outcome: 'removed', revision: null };
  assertRevision({ project, revision }, marked.revision ?? revision);
  return eraseProject(registry, { project, revision });
}

function stillActive(project: string, count: number, isDraining: boolean): OncewardError {
  const items = count === 1 ? '1 item that has not ended' : `${count} items that have not ended`;
  const message = isDraining
    ? `project ${project} is being drained and still has ${items}; it goes with the last one`
    : `project ${project} has ${items}; nothing was changed`;
  return new OncewardError('PROJECT_REFUSED', message, {
    details: { project, activeItems: count },
    remedy: isDraining
      ? `wait for them or cancel them: \`onceward ps --project ${project}\``
      : `cancel them, or let them end with \`onceward project remove ${project} --drain\``,
  });
}
