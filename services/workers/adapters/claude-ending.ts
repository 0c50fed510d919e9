// What the end of a Claude Code run means.
// It must never blame the item for what is its account's or its provider's fault, nor the other way round.
import type { AgentExit, AgentOutcome, AgentReaderOptions } from './adapter.ts';
import type { ClaudeState } from './claude-messages.ts';
import { countIn, type LooseObject, textIn } from './loose-json.ts';
import { crashed, ended, faultOutcome, outcome } from './outcome.ts';
import { type Fault, faultOf } from './provider-fault.ts';
import { plausibleReset } from './reset-time.ts';

export interface ClaudeEnd {
  exit: AgentExit;
  stderr: string;
  options: Pick<AgentReaderOptions, 'nowMs' | 'timeZone'>;
}

/** Categories of `assistant.error` and `api_retry.error`, as an error would word them. */
const WORDS_OF_KIND: Readonly<Record<string, string>> = {
  authentication_failed: 'authentication_failed',
  oauth_org_not_allowed: 'authentication_failed',
  billing_error: 'billing_error',
  rate_limit: 'rate limit',
  overloaded: 'overloaded',
  server_error: 'server_error',
};

export function concludeClaude(state: ClaudeState, end: ClaudeEnd): AgentOutcome {
  const { result } = state;
  if (result === null) return withoutResult(state, end);
  const isSuccess = result['subtype'] === 'success' && result['is_error'] !== true;
  return isSuccess ? afterSuccess(state, result, end) : afterError(state, result, end);
}

function afterSuccess(state: ClaudeState, result: LooseObject, end: ClaudeEnd): AgentOutcome {
  const { exit, stderr } = end;
  // Old versions call it a success when the program, and not the model, has the last word.
  const fault = state.error === null ? null : faultIn(state, { ...end, words: '', status: null });
  if (fault !== null) return faultOutcome(fault, state.error?.text ?? '');
  if (textIn(result, 'stop_reason') === 'refusal' || state.stopReason === 'refusal') {
    return outcome('refused', `the model declined: stop_reason refusal${turnsOf(result)}`);
  }
  if (exit.code === null) return crashed(exit, stderr, 'after its result');
  if (!state.hasWorked && textIn(result, 'result').trim() === '') {
    return crashed(exit, stderr, 'a result, but nothing was said or done');
  }
  return ended(exit, `result success${turnsOf(result)}`);
}

function afterError(state: ClaudeState, result: LooseObject, end: ClaudeEnd): AgentOutcome {
  const subtype = textIn(result, 'subtype');
  if (subtype === 'error_max_turns' || result['terminal_reason'] === 'max_turns') {
    return outcome('turn-limit', `error_max_turns${turnsOf(result)}`);
  }
  const errors = Array.isArray(result['errors']) ? result['errors'].map(String) : [];
  const words = [textIn(result, 'result'), ...errors].filter((text) => text !== '').join('\n');
  const fault = faultIn(state, { ...end, words, status: countIn(result, 'api_error_status') });
  if (fault !== null) return faultOutcome(fault, words || end.stderr);
  if (textIn(result, 'stop_reason') === 'refusal') {
    return outcome('refused', `the model declined: stop_reason refusal${turnsOf(result)}`);
  }
  const { code } = end.exit;
  // A budget of its own that it was started with: it ended as it was told to.
  if (subtype === 'error_max_budget_usd' && code !== null && code !== 0) {
    return ended(end.exit, `error_max_budget_usd${turnsOf(result)}`);
  }
  return crashed(end.exit, words || end.stderr, `result ${subtype || 'of no kind'}`);
}

function withoutResult(state: ClaudeState, end: ClaudeEnd): AgentOutcome {
  if (state.stopReason === 'refusal') {
    return outcome('refused', 'the model declined: stop_reason refusal, no result');
  }
  const words = [state.stray.text(), end.stderr].filter((text) => text !== '').join('\n');
  const fault = faultIn(state, { ...end, words, status: null });
  return fault === null ? crashed(end.exit, words) : faultOutcome(fault, words);
}

function faultIn(
  state: ClaudeState,
  { words, status, options }: ClaudeEnd & { words: string; status: number | null },
): Fault | null {
  const nowMs = options.nowMs();
  const timeZone = options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const of = (text: string, code: number | null) =>
    faultOf({ text, status: code, nowMs, timeZone });
  if (state.limitResetsAt !== null) return limitFault(state.limitResetsAt, nowMs);
  const { error, retry } = state;
  const wordsOf = (kind: string) => WORDS_OF_KIND[kind] ?? '';
  return (
    of(words, status) ??
    (error === null ? null : of(`${error.text}\n${wordsOf(error.kind)}`, null)) ??
    (retry === null ? null : of(wordsOf(retry.kind), retry.status ?? unreached(retry.kind)))
  );
}

function limitFault(resetsAt: number, nowMs: number): Fault {
  const resetAtMs = plausibleReset(resetsAt, nowMs);
  return { cause: 'usage-limit', reason: 'the usage limit of the account is reached', resetAtMs };
}

// A request that is repeated without a status never got an answer.
function unreached(kind: string): number | null {
  return kind === 'invalid_request' || kind === 'max_output_tokens' ? null : 503;
}

function turnsOf(result: LooseObject): string {
  const turns = countIn(result, 'num_turns');
  return turns === null ? '' : ` after ${turns} turns`;
}
