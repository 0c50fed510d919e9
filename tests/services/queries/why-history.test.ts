// What `why` takes from the audit: the refusal that matters to whoever asks.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type AuditLine, parseAuditMessage } from '../../../services/queries/audit-entries.ts';
import { lastRefusalIn } from '../../../services/queries/why-history.ts';

const noCandidates = () => [];

function audited(...entries: Partial<AuditLine>[]): AuditLine[] {
  const fixed = { atMs: 1, address: 'run.shop.1.build.1', type: 'claim', outcome: 'refused' };
  const full = entries.map((entry) => ({ ...fixed, ...entry }));
  return parseAuditMessage(JSON.stringify({ v: 1, entries: full }));
}

test('the last refusal is the newest', () => {
  const entries = audited({ atMs: 1 }, { atMs: 2, reason: 'revision' }, { outcome: 'applied' });

  assert.is(lastRefusalIn(entries, noCandidates)?.atMs, 2);
});

test('an opening that a new host tells again is not what was refused', () => {
  const toldAgain = { type: 'open', door: 'tell', reason: 'not-now' };
  const entries = audited({ atMs: 1, reason: 'revision' }, { ...toldAgain, atMs: 2 });

  assert.is(lastRefusalIn(entries, noCandidates)?.atMs, 1);
  assert.is(lastRefusalIn(audited(toldAgain), noCandidates), null);
  assert.is(lastRefusalIn(audited({ ...toldAgain, door: 'ask' }), noCandidates)?.type, 'open');
});

test('how it was closed is asked only while nothing has been applied since', () => {
  const candidates = () => [{ target: 'claimed' }] as unknown as ReturnType<typeof noCandidates>;
  const refused = audited({ reason: 'revision' });
  const later = audited({ reason: 'revision' }, { outcome: 'applied' });

  assert.is(lastRefusalIn(refused, candidates)?.candidates.length, 1);
  assert.is(lastRefusalIn(later, candidates)?.candidates.length, 0);
});

test.run();
