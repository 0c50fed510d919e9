// Reads what Plane posts to a webhook: the present form (v2) and the deprecated one that self-hosted servers still send.
// It must never trust it: it says which work item to look at, not what is true of it.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

export interface PlaneDelivery {
  /** Recognises a repeat: of v2 the id of the event, which every retry shares; of v1 that of the delivery. */
  deliveryId: string;
  /** As v2 calls it: `workitem`, `workitem.comment`, `workitem.relation`, … */
  event: string;
  action: 'created' | 'updated' | 'deleted' | 'archived';
  workspaceId: string;
  /** Null where the delivery does not say. */
  projectId: string | null;
  /** Null where the delivery does not say: then any work item of the project may have changed. */
  issueId: string | null;
}

/** Python's `None` comes as a text in v2. */
const maybeId = z
  .union([z.guid(), z.literal('None'), z.literal(''), z.null()])
  .optional()
  .transform((id) => (id && id !== 'None' ? id : null))
  .catch(null);
const belonging = z.looseObject({ issue_id: maybeId, project_id: maybeId });
const fieldsSchema = belonging
  .extend({ id: maybeId, comment: belonging.nullish().catch(null) })
  .nullish()
  .catch(null);

const v2Schema = z.looseObject({
  version: z.literal('v2'),
  event_id: z.guid(),
  entity_id: maybeId,
  entity_type: z.string().max(64).nullish(),
  event: z.string().max(120),
  workspace_id: z.guid(),
  data: fieldsSchema,
  previous_attributes: fieldsSchema,
});

const v1Schema = z.looseObject({
  event: z.string().max(64),
  action: z.string().max(64),
  workspace_id: z.guid(),
  data: z.looseObject({ id: maybeId, issue: maybeId, project: maybeId }).nullish().catch(null),
});

const ACTIONS: Record<string, PlaneDelivery['action']> = {
  ...{ create: 'created', created: 'created', update: 'updated', updated: 'updated' },
  ...{ delete: 'deleted', deleted: 'deleted', archived: 'archived' },
};
/** Of v1; other events are not about work items. */
const V1_EVENTS: Record<string, string> = { issue: 'workitem', issue_comment: 'workitem.comment' };
/** How some servers write the name of a v2 event: as their own source code does. */
const SOURCE_NAME = /^WebhookScope\.ScopeChoices\.(WORK_ITEM[A-Z_]*)$/;

/**
 * What a verified delivery is about, or why it is passed over. `body` is the parsed JSON.
 * @see https://developers.plane.so/dev-tools/intro-webhooks
 */
export function readPlaneDelivery(
  headers: Readonly<Record<string, string | undefined>>,
  body: unknown,
): PlaneDelivery | { refused: string } {
  const v2 = v2Schema.safeParse(body);
  if (v2.success) return readV2(v2.data);
  const isV2 = z.looseObject({ version: z.literal('v2') }).safeParse(body).success;
  if (isV2) return { refused: problemOf(v2.error) };
  const v1 = v1Schema.safeParse(body);
  if (!v1.success) return { refused: problemOf(v1.error) };
  const name = Object.keys(headers).find((header) => header.toLowerCase() === 'x-plane-delivery');
  const deliveryId = z.guid().safeParse(name === undefined ? undefined : headers[name]);
  if (!deliveryId.success) return { refused: 'x-plane-delivery: expected a UUID' };
  return readV1(v1.data, deliveryId.data);
}

/** Whether `X-Plane-Signature` was made with this secret from these bytes; takes the same time for every wrong one. */
export function isPlaneSignature(
  secret: string,
  rawBody: string | Uint8Array,
  signature: string | undefined,
): boolean {
  // An unset secret must not make every delivery that is signed with nothing a genuine one.
  if (secret === '' || signature === undefined || !/^[0-9a-f]{64}$/i.test(signature)) return false;
  const expected = createHmac('sha256', secret).update(rawBody).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}

function readV2(body: z.infer<typeof v2Schema>): PlaneDelivery | { refused: string } {
  const words = wordsOf(body.event);
  const action = ACTIONS[words.at(-1) ?? ''];
  if (words[0] !== 'workitem' || action === undefined) return notOurs(body.event);
  const { data, previous_attributes: previous, entity_id: entity, entity_type: type } = body;
  const own = type === 'issue' ? entity : null;
  const said = [data?.comment, data, previous?.comment, previous];
  return {
    deliveryId: body.event_id,
    event: words.slice(0, -1).join('.'),
    action,
    workspaceId: body.workspace_id,
    projectId: said.map((fields) => fields?.project_id).find(Boolean) ?? null,
    issueId: said.map((fields) => fields?.issue_id).find(Boolean) ?? own,
  };
}

function readV1(
  { event: name, action: done, workspace_id: workspaceId, data }: z.infer<typeof v1Schema>,
  deliveryId: string,
): PlaneDelivery | { refused: string } {
  const event = V1_EVENTS[name];
  const action = ACTIONS[done];
  if (event === undefined || action === undefined) return notOurs(name);
  const issueId = (name === 'issue' ? data?.id : data?.issue) ?? null;
  return { deliveryId, event, action, workspaceId, projectId: data?.project ?? null, issueId };
}

function wordsOf(event: string): string[] {
  const source = SOURCE_NAME.exec(event)?.[1];
  if (source === undefined) return event.split('.');
  const [, ...words] = source
    .replace(/^WORK_ITEM/, 'WORKITEM')
    .toLowerCase()
    .split('_');
  return ['workitem', ...words];
}

function notOurs(event: string): { refused: string } {
  return { refused: `${event.slice(0, 120)} says nothing of a work item` };
}

function problemOf({ issues }: z.ZodError): string {
  const [issue] = issues;
  return `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'it cannot be read'}`;
}
