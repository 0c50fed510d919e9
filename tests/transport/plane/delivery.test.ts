// Deliveries of Plane are recognised by their signature and say which work item to look at.
// The bodies have the form of https://developers.plane.so/dev-tools/intro-webhooks.
import { createHmac } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isPlaneSignature, readPlaneDelivery } from '../../../transport/plane/delivery.ts';

const EVENT = '9d508cd9-36c2-44a5-928d-7ee2f2a3b8a8';
const DELIVERY = '2a0d0510-9052-446e-a1c7-a704bbd68cba';
const ITEM = '775c5716-5302-4617-bb9f-2cd843911268';
const OTHER = '4797f841-c731-4e55-971f-d9cfe1938dfb';
const PROJECT = '59e3be42-87ec-4950-99a3-ae639cf2b089';
const WORKSPACE = 'b54ecb0d-e3eb-4986-b238-f83fd8665e65';
const HEADERS = { 'X-Plane-Delivery': DELIVERY };

const v2 = {
  ...{ version: 'v2', delivery_id: DELIVERY, event_id: EVENT, event: 'workitem.updated' },
  ...{ entity_id: ITEM, entity_type: 'issue', webhook_id: OTHER, workspace_id: WORKSPACE },
  data: { id: ITEM, project_id: PROJECT, parent_id: 'None' },
  previous_attributes: {},
};
const about = {
  ...{ event: 'workitem', action: 'updated', workspaceId: WORKSPACE },
  ...{ projectId: PROJECT, issueId: ITEM },
};

test('a v2 delivery is known by the id of its event, which its retries share', () => {
  assert.equal(readPlaneDelivery(HEADERS, v2), { deliveryId: EVENT, ...about });
});

test('a v2 event that is called as the source code of Plane does is understood', () => {
  const named = (name: string) => {
    const event = `WebhookScope.ScopeChoices.${name}`;
    const read = readPlaneDelivery({}, { ...v2, event });
    return 'event' in read ? [read.event, read.action] : [read.refused];
  };

  assert.equal(named('WORK_ITEM_UPDATED'), ['workitem', 'updated']);
  assert.equal(named('WORK_ITEM_COMMENT_CREATED'), ['workitem.comment', 'created']);
});

test('a v2 comment is about its work item, whose project it need not name', () => {
  const comment = { id: OTHER, issue_id: ITEM };
  const body = { ...v2, event: 'workitem.comment.created', data: { id: OTHER, comment } };

  assert.equal(readPlaneDelivery({}, body), {
    ...{ deliveryId: EVENT, ...about, projectId: null },
    ...{ event: 'workitem.comment', action: 'created' },
  });
});

test('a v2 deletion is read from what there was before', () => {
  const gone = { ...v2, event: 'workitem.link.deleted', entity_type: 'issue_link', data: {} };
  const previous = { id: OTHER, issue_id: ITEM, project_id: PROJECT };
  const read = readPlaneDelivery({}, { ...gone, previous_attributes: previous });

  assert.equal(read, {
    ...{ deliveryId: EVENT, ...about, event: 'workitem.link', action: 'deleted' },
  });
});

test('a v2 delivery that names no work item says so', () => {
  const body = { ...v2, event: 'workitem.vote.created', entity_type: 'vote', data: 'None' };

  assert.equal(readPlaneDelivery({}, body), {
    ...{ deliveryId: EVENT, ...about, event: 'workitem.vote', action: 'created' },
    ...{ projectId: null, issueId: null },
  });
});

test('a v1 delivery is known by its header, whatever its case', () => {
  const body = {
    ...{ event: 'issue', action: 'update', webhook_id: OTHER, workspace_id: WORKSPACE },
    ...{ data: { id: ITEM, project: PROJECT }, activity: null },
  };

  const expected = { deliveryId: DELIVERY, ...about };
  assert.equal(readPlaneDelivery({ 'x-plane-delivery': DELIVERY }, body), expected);
  assert.equal(readPlaneDelivery(HEADERS, { ...body, action: 'updated' }), expected);
});

test('a v1 comment is about its work item', () => {
  const body = {
    ...{ event: 'issue_comment', action: 'created', workspace_id: WORKSPACE },
    data: { id: OTHER, issue: ITEM, project: PROJECT },
  };

  assert.equal(readPlaneDelivery(HEADERS, body), {
    ...{ deliveryId: DELIVERY, ...about, event: 'workitem.comment', action: 'created' },
  });
});

test('what is not about work items, or of no known form, is refused with a reason', () => {
  const reasonOf = (body: unknown, headers = {}) => {
    const read = readPlaneDelivery(headers, body);
    return 'refused' in read ? read.refused : 'none';
  };

  assert.is(
    reasonOf({ ...v2, event: 'project.updated' }),
    'project.updated says nothing of a work item',
  );
  assert.match(reasonOf({ ...v2, event_id: 'x' }), 'event_id');
  assert.match(reasonOf({ event: 'issue', action: 'x', workspace_id: WORKSPACE }), 'delivery');
  assert.match(reasonOf(null), 'body');
  assert.match(reasonOf('text'), 'body');
});

test('a signature is accepted only of exactly these bytes with exactly this secret', () => {
  const body = '{"a": "ä"}';
  const signature = createHmac('sha256', 'plane_wh_x').update(body).digest('hex');

  assert.ok(isPlaneSignature('plane_wh_x', body, signature));
  assert.ok(isPlaneSignature('plane_wh_x', Buffer.from(body), signature));
  assert.not(isPlaneSignature('plane_wh_y', body, signature));
  assert.not(isPlaneSignature('plane_wh_x', `${body} `, signature));
  assert.not(isPlaneSignature('plane_wh_x', body, signature.slice(1)));
  assert.not(isPlaneSignature('plane_wh_x', body, ''));
  assert.not(isPlaneSignature('plane_wh_x', body, undefined));
});

test('without a secret no signature is accepted', () => {
  const signature = createHmac('sha256', '').update('x').digest('hex');

  assert.not(isPlaneSignature('', 'x', signature));
});

test.run();
