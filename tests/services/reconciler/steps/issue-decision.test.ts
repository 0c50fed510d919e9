// What an issue asks for: a table of what is seen and what follows from it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ItemView } from '../../../../services/reconciler/records/item-views.ts';
import {
  decideEnded,
  decideUnderWay,
  itemNameOf,
  markOf,
} from '../../../../services/reconciler/steps/issue-decision.ts';
import type { Issue } from '../../../../transport/tracker/tracker.ts';

const ISSUE = {
  ...{ ref: '7', item: 'gh-7', url: null, title: 'x', body: '', author: 'alice', isOpen: true },
  ...{ closedAtMs: null, isWanted: true, mark: null, priority: null, blockedBy: [] },
  ...{ labels: [], updatedAtMs: 5_000 },
} satisfies Issue;
const CLOSED = { isOpen: false, closedAtMs: 9_000 };
const UNWANTED = { isWanted: false };
const BY_TRACKER = { pause: { by: 'tracker', reason: '' }, isPauseRequested: true };

function underWay(issue: Partial<Issue> | null, context: object = {}, state = 'active.working') {
  const plain = { pause: null, isPauseRequested: false, parking: null, isLanded: false };
  const view = { state, revision: 4, context: { ...plain, ...context } } as unknown as ItemView;
  const decision = decideUnderWay(issue === null ? null : { ...ISSUE, ...issue }, view);
  return decision.kind === 'tell' ? `${decision.type} ${decision.fact}` : decision.kind;
}

function ended(issue: Partial<Issue>, options: { isMarking?: boolean; isFolder?: boolean } = {}) {
  return endedAs(issue, { generation: 1, state: 'failed', endedAtMs: 4_000 }, options);
}

function endedAs(
  issue: Partial<Issue>,
  item: { generation: number; state: string; endedAtMs: number } | null,
  options: { isMarking?: boolean; isFolder?: boolean; isTakenUp?: boolean } = {},
) {
  const { isMarking = true, isFolder = false, isTakenUp = false } = options;
  const former = { ended: item, next: (item?.generation ?? 0) + 1, isTakenUp };
  const decision = decideEnded({ ...ISSUE, ...issue }, former, { isMarking, isFolder });
  return 'generation' in decision ? `${decision.kind} ${decision.generation}` : decision.kind;
}

test('an item goes on while its issue is open and wanted', () => {
  assert.is(underWay({}), 'none');
});

test('an item ends with its issue, unless its work has landed or it is ending already', () => {
  assert.is(underWay(CLOSED), 'cancel closed:9000');
  assert.is(underWay(CLOSED, {}, 'parked'), 'cancel closed:9000');
  assert.is(underWay(CLOSED, { isLanded: true }), 'none');
  assert.is(underWay(CLOSED, {}, 'active.cancelling'), 'none');
});

test('an item pauses once when its issue asks for no work any more, and goes on when it asks again', () => {
  assert.is(underWay(UNWANTED), 'pause unwanted:5000');
  assert.is(underWay(UNWANTED, BY_TRACKER), 'none');
  assert.is(underWay({}, BY_TRACKER), 'resume wanted:5000');
});

test('what a person has paused is not resumed by the tracker', () => {
  const byPerson = { pause: { by: 'alice', reason: '' }, isPauseRequested: true };

  assert.is(underWay({}, byPerson), 'none');
  assert.is(underWay(UNWANTED, byPerson), 'none');
  assert.is(underWay({}, { ...BY_TRACKER, isPauseRequested: false }), 'none');
});

test('an item whose issue is gone pauses, each time anew under another id', () => {
  assert.is(underWay(null), 'pause gone:4');
  assert.is(underWay(null, BY_TRACKER), 'none');
});

test('an issue that never had an item gets one when it is wanted', () => {
  assert.is(endedAs({}, null), 'open 1');
  assert.is(endedAs(UNWANTED, null), 'none');
});

test('an ended item is shown before anything else, and is not begun anew by what asked for it', () => {
  assert.is(ended({}), 'mark 1');
  assert.is(ended({ mark: 'active' }), 'mark 1');
  assert.is(ended({ ...UNWANTED, mark: 'parked' }), 'mark 1');
});

test('an issue is worked on again when it is wanted beside its final mark', () => {
  assert.is(ended({ mark: 'failed' }), 'open 2');
  assert.is(ended({ ...UNWANTED, mark: 'failed' }), 'none');
});

test('a file is worked on again when its state was taken away after the end', () => {
  const isFolder = true;

  assert.is(ended({ mark: null }, { isFolder }), 'open 2');
  assert.is(ended({ mark: null, updatedAtMs: 3_000 }, { isFolder }), 'mark 1');
  assert.is(ended({ mark: 'failed' }, { isFolder }), 'none');
});

test('an issue that is taken up in the tracker, and could not be opened, is opened', () => {
  const item = { generation: 1, state: 'failed', endedAtMs: 4_000 };

  assert.is(endedAs({ mark: 'active' }, item, { isTakenUp: true }), 'open 2');
  assert.is(endedAs({ mark: 'active', ...UNWANTED }, item, { isTakenUp: true }), 'mark 1');
});

test('without marks nothing says that a person has asked again', () => {
  assert.is(ended({ mark: 'failed' }, { isMarking: false }), 'none');
  assert.is(ended({}, { isMarking: false }), 'none');
});

test('every state of an item is one of the marks', () => {
  const states = ['active.working', 'active.backingOff', 'awaitingApproval', 'parked', 'done'];

  assert.equal(states.map(markOf), ['active', 'active', 'approval', 'parked', 'done']);
});

test('the item of an issue that is asked for again has the number of its generation', () => {
  assert.is(itemNameOf({ item: 'gh-7' }, 1), 'gh-7');
  assert.is(itemNameOf({ item: 'gh-7' }, 2), 'gh-7-2');
  assert.is(itemNameOf({ item: 'x'.repeat(64) }, 100).length, 64);
});

test.run();
