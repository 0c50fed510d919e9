// Tells from an error what is at fault when a model did not answer: the session, the account, the provider.
// It must never be given what a model or a tool wrote: whoever can talk of an outage could feign one.
import type { OutcomeCause } from './adapter.ts';
import { resetTimeIn } from './reset-time.ts';

export interface ErrorEvidence {
  /** The error's own words, of a result or of stderr. */
  text: string;
  /** HTTP status of the request that failed, when it was told apart. */
  status: number | null;
  nowMs: number;
  timeZone: string;
}

export interface Fault {
  cause: Extract<OutcomeCause, 'refused' | 'usage-limit' | 'provider-outage' | 'resume-failed'>;
  /** Which rule said so, for people: `not signed in`. */
  reason: string;
  resetAtMs: number | null;
}

interface Rule extends Pick<Fault, 'cause' | 'reason'> {
  words: RegExp;
  statuses?: readonly number[];
}

/** The first that fits decides; a text is searched before a status is looked at. */
const RULES: readonly Rule[] = [
  {
    cause: 'resume-failed',
    reason: 'the session to resume is not there',
    words:
      /no conversation found with session id|no rollout found|no saved session found|thread\/resume failed/i,
  },
  {
    cause: 'refused',
    reason: 'the provider declined the request',
    words:
      /violates? (?:our|the) usage policy|usage polic(?:y|ies) violation|flagged for possible|flagged as potentially|content policy/i,
  },
  {
    // It says of itself that no limit of the account was reached: waiting a little is enough.
    cause: 'provider-outage',
    reason: 'the provider limits requests',
    words: /not your usage limit|temporarily limiting requests/i,
  },
  {
    cause: 'usage-limit',
    reason: 'the usage limit of the account is reached',
    words:
      /usage limit (?:has been )?reached|usage_limit_reached|hit your [\w -]{0,24}limit|(?:\d+-hour|daily|weekly|monthly|session|opus|sonnet) limit reached|reached your [\w -]{0,32}(?:usage|spend|spending) limit|quota exceeded|insufficient_quota|exceeded your current quota|out of credits|credit balance is too low|billing_error/i,
  },
  {
    // Nobody's work is at fault, and every run of the account fails alike.
    cause: 'provider-outage',
    reason: 'the account is not signed in, or may not do this',
    words:
      /not logged in|please run \/login|invalid api key|invalid x-api-key|incorrect api key|authentication_(?:error|failed)|failed to authenticate|oauth token (?:has )?(?:expired|revoked|been revoked)|oauth session expired|organization has been disabled|permission_error|refresh token (?:was|has|is)|could not be refreshed|missing bearer|401 unauthorized|403 forbidden/i,
    statuses: [401, 403],
  },
  {
    cause: 'provider-outage',
    reason: 'the provider is overloaded or failing',
    words:
      /\boverloaded(?:_error)?\b|high demand|at capacity|internal server error|server_error|"?type"?:\s*"api_error"|(?:api error|status):? 5\d\d\b|\b5(?:00|02|03|04|29) (?:internal|bad|service|gateway|overloaded)|bad gateway|service unavailable|gateway time-?out|rate_limit_error|rate limit|too many requests|request rejected \(429\)/i,
    statuses: [408, 429],
  },
  {
    cause: 'provider-outage',
    reason: 'the provider cannot be reached',
    words:
      /stream disconnected|connection (?:error|refused|reset|aborted)|error sending request|unable to connect|cannot connect|could not connect|network (?:error|is unreachable)|fetch failed|socket hang up|(?<!mcp error -\d{5}: )request timed out|\bE(?:CONNRESET|CONNREFUSED|TIMEDOUT|NOTFOUND|HOSTUNREACH|NETUNREACH|AI_AGAIN)\b|certificate verif/i,
  },
];

/** The fault an error tells of; null when it is none of the provider's. */
export function faultOf(evidence: ErrorEvidence): Fault | null {
  const { text, status, nowMs, timeZone } = evidence;
  const rule = RULES.find(({ words }) => words.test(text)) ?? ruleForStatus(status);
  if (rule === undefined) return null;
  const resetAtMs = resetTimeIn(text, { nowMs, timeZone });
  // Too many requests, with the time at which there may be more again: that is a limit.
  const isLimit = rule.cause === 'provider-outage' && isTooMany(evidence) && resetAtMs !== null;
  if (isLimit) return { cause: 'usage-limit', reason: 'the account is limited', resetAtMs };
  return { cause: rule.cause, reason: rule.reason, resetAtMs };
}

function ruleForStatus(status: number | null): Omit<Rule, 'words'> | undefined {
  if (status === null) return undefined;
  if (status >= 500) return { cause: 'provider-outage', reason: `the provider answered ${status}` };
  return RULES.find(({ statuses }) => statuses?.includes(status));
}

function isTooMany({ text, status }: ErrorEvidence): boolean {
  return status === 429 || /\b429\b|rate_limit_error|too many requests/i.test(text);
}
