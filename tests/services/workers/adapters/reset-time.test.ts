// The moment at which an account may be used again is read from every documented wording.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { resetTimeIn } from '../../../../services/workers/adapters/reset-time.ts';

/** A Monday evening, 22:00 in UTC, 23:00 in Berlin. */
const NOW_MS = Date.UTC(2026, 10, 30, 22);
const EPOCH = NOW_MS / 1_000 + 600;

function resetOf(text: string, { nowMs = NOW_MS, timeZone = 'UTC' } = {}): string | null {
  const at = resetTimeIn(text, { nowMs, timeZone });
  return at === null ? null : new Date(at).toISOString().slice(0, 16);
}

test('each wording leads to its moment', () => {
  const expected: Record<string, string> = {
    [`Claude AI usage limit reached|${EPOCH}`]: '2026-11-30T22:10',
    [`{"type":"usage_limit_reached","resets_at":${EPOCH},"x":1}`]: '2026-11-30T22:10',
    '"resets_in_seconds":3600': '2026-11-30T23:00',
    'retry-after: 60': '2026-11-30T22:01',
    '5-hour limit reached ∙ resets 3am': '2026-12-01T03:00',
    "You've hit your limit · resets 12:50am (America/Los_Angeles)": '2026-12-01T08:50',
    'Your limit will reset at 9am (America/Chicago).': '2026-12-01T15:00',
    'resets 11:30pm': '2026-11-30T23:30',
    'weekly limit reached ∙ resets Dec 7, 5pm (Europe/Berlin)': '2026-12-07T16:00',
    'resets Dec 7 at 10am': '2026-12-07T10:00',
    'or try again at 12:16 PM.': '2026-12-01T12:16',
    'Try again at Dec 3rd, 2026 5:04 PM.': '2026-12-03T17:04',
    'try again in 2 hours 13 minutes.': '2026-12-01T00:13',
    'try again in 3 days 4 hours.': '2026-12-04T02:00',
    'Please try again in 45s.': '2026-11-30T22:00',
    'The session limit resets in 3h 20m.': '2026-12-01T01:20',
  };

  const found = Object.fromEntries(Object.keys(expected).map((text) => [text, resetOf(text)]));

  assert.equal(found, expected);
});

test('a time of day without a zone is of the zone that is given', () => {
  assert.is(resetOf('resets 3am', { timeZone: 'Asia/Tokyo' }), '2026-12-01T18:00');
});

test('a day on which the clocks change is counted by the calendar', () => {
  // In Berlin the clocks go back at 3:00 on 25 October 2026.
  const nowMs = Date.UTC(2026, 9, 24, 22);

  assert.is(resetOf('resets 9am (Europe/Berlin)', { nowMs }), '2026-10-25T08:00');
});

test('what is past, absurd, unsaid or in no zone is unknown', () => {
  const texts = [
    'Claude AI usage limit reached|1700000000',
    'usage limit reached|9999999999',
    'resets at noon',
    'resets 3am (Mars/Olympus)',
    'try again later.',
    'try again in a while',
    'Try again at Jan 3rd, 2025 5:04 PM.',
    'it costs 3 am',
    '',
  ];

  assert.equal(
    texts.map((text) => resetOf(text)),
    texts.map(() => null),
  );
});

test.run();
