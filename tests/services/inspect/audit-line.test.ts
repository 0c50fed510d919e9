// Audit messages as people read them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { auditLine } from '../../../services/inspect/audit-line.ts';
import { isBelow, parseAuditMessage } from '../../../services/queries/audit-entries.ts';

const plain = { style: (_: unknown, text: string) => text };
const CLAIM = {
  atMs: 1_700_000_000_123,
  address: 'run.shop.7.build.1',
  id: 'a',
  type: 'claim',
  door: 'ask',
  outcome: 'applied',
  from: 'finalizing',
  to: 'claimed',
  revision: 12,
  claimant: 'worker-1',
  reason: null,
  message: '',
  by: 'host-1',
};

const entriesOf = (...entries: object[]) => parseAuditMessage(JSON.stringify({ v: 1, entries }));
const lineOf = (entry: object) => entriesOf(entry).map((one) => auditLine(one, plain));

test('an applied event shows its transition, revision and claimant', () => {
  assert.equal(lineOf(CLAIM), [
    '22:13:20.123  shop/7/build/1  claim  finalizing → claimed  rev 12  claimant worker-1',
  ]);
});

test('a refused event shows why', () => {
  const refused = { outcome: 'refused', to: 'claimed', from: 'claimed', revision: null };
  const why = { reason: 'not-now', message: 'already claimed' };
  assert.match(
    lineOf({ ...CLAIM, ...refused, ...why })[0] ?? '',
    'refused not-now: already claimed',
  );
});

test('what came from outside cannot steer the terminal', () => {
  const odd = { type: 'a\u001b[2Jb', address: 'no\naddress', claimant: '\u0007' };
  const [line = ''] = lineOf({ ...CLAIM, ...odd });
  assert.not.match(line, /\p{Cc}/u);
});

test('a message of another form is passed over, and so is a single odd entry', () => {
  assert.equal(parseAuditMessage('not json'), []);
  assert.equal(parseAuditMessage(JSON.stringify({ v: 2, entries: [CLAIM] })), []);
  assert.is(entriesOf({ odd: true }, CLAIM, { ...CLAIM, atMs: 1e300 }).length, 1);
});

test('a filter covers what lies below it, by whole parts', () => {
  const [entry] = entriesOf(CLAIM);
  assert.ok(entry);
  const filters = ['shop', 'shop/7', 'shop/7/build', 'shop/7/build/1', 'sho', 'shop/7/b', 'x'];
  assert.equal(
    filters.filter((filter) => isBelow(entry, filter)),
    filters.slice(0, 4),
  );
});

test.run();
