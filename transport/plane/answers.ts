// What the REST API of Plane answers with, as far as it is read here.
// Fields differ between the cloud and self-hosted servers: each is taken in every form that is documented or served.
import { z } from 'zod';

const TEXT = z.string().nullish();
/** An id, or what `expand` makes of it. */
const idOf = z.union([z.string(), z.looseObject({ id: z.string() }).transform(({ id }) => id)]);
const momentMs = z
  .string()
  .nullish()
  .transform((text) => {
    const atMs = text ? Date.parse(text) : Number.NaN;
    return Number.isNaN(atMs) ? null : atMs;
  });

/** @see https://developers.plane.so/api-reference/issue/overview */
export const workItemSchema = z
  .looseObject({
    id: z.string().min(1).max(64),
    name: z.string(),
    sequence_id: z.number().int(),
    description_html: TEXT,
    description_stripped: TEXT,
    priority: TEXT,
    state: idOf.nullish(),
    labels: z
      .array(idOf)
      .nullish()
      .transform((labels) => labels ?? []),
    created_by: idOf.nullish(),
    updated_at: momentMs,
    created_at: momentMs,
    completed_at: momentMs,
    archived_at: momentMs,
  })
  .transform((item) => ({ ...item, updatedAtMs: item.updated_at ?? item.created_at ?? 0 }));
export type WorkItem = z.output<typeof workItemSchema>;

/** @see https://developers.plane.so/api-reference/state/overview */
export const stateSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  group: z.string(),
  sequence: z
    .number()
    .nullish()
    .transform((sequence) => sequence ?? 0),
});
export type State = z.output<typeof stateSchema>;

/** @see https://developers.plane.so/api-reference/label/overview */
export const labelSchema = z.looseObject({ id: z.string(), name: z.string() });
export type Label = z.output<typeof labelSchema>;

const memberSchema = z.looseObject({
  id: z.string(),
  display_name: TEXT,
  email: TEXT,
  role: z.number().nullish(),
});
export type Member = z.output<typeof memberSchema>;

/** The documented example has a list within the list. @see https://developers.plane.so/api-reference/members/overview */
export const membersSchema = z
  .array(z.union([memberSchema.transform((member) => [member]), z.array(memberSchema)]))
  .transform((members) => members.flat());

/** @see https://developers.plane.so/api-reference/issue-comment/overview */
export const commentSchema = z
  .looseObject({
    id: z.string().min(1).max(64),
    comment_html: TEXT,
    actor: idOf.nullish(),
    external_source: TEXT,
    external_id: TEXT,
    created_at: momentMs,
    updated_at: momentMs,
    edited_at: momentMs,
  })
  .transform((comment) => {
    const createdAtMs = comment.created_at ?? 0;
    return { ...comment, createdAtMs, updatedAtMs: comment.updated_at ?? createdAtMs };
  });
export type Comment = z.output<typeof commentSchema>;

/** The documentation has ids, self-hosted servers add the project. @see https://developers.plane.so/api-reference/work-item-relations/overview */
export const relationsSchema = z.looseObject({
  blocked_by: z
    .array(
      z.union([
        z.string().transform((id) => ({ id, project: null })),
        z
          .looseObject({ issue_id: z.string(), project_id: z.string().nullish() })
          .transform(({ issue_id: id, project_id: project }) => ({ id, project: project ?? null })),
      ]),
    )
    .nullish()
    .transform((blockers) => blockers ?? []),
});

/** @see https://developers.plane.so/api-reference/project/overview */
export const projectSchema = z.looseObject({ id: z.string(), identifier: z.string() });
