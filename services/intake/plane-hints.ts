// What a webhook of Plane is about: an issue of a project, whatever happened to it or was said on it.
// It must never throw.
import { readPlaneDelivery } from '../../transport/plane/delivery.ts';
import type { Hint } from './delivery-hint.ts';

type Reading = Omit<Hint, 'source'> | { ignored: string };

/** Plane names no project when something was taken away: then whoever watches any of them looks. */
const ANY_PROJECT = '*';
/** What it is about does not depend on which delivery told it. */
const ANY_DELIVERY = { 'x-plane-delivery': '00000000-0000-0000-0000-000000000000' };

export function planeHint(payload: unknown): Reading {
  const delivery = readPlaneDelivery(ANY_DELIVERY, payload);
  if ('refused' in delivery) return { ignored: delivery.refused };
  const { projectId, issueId } = delivery;
  return {
    repository: projectId ?? ANY_PROJECT,
    subject: issueId === null ? { kind: 'repository' } : { kind: 'issue', ref: issueId },
  };
}
