// What the end of a Codex run will be judged by, gathered event by event.
// It must never keep what the model wrote as evidence of an error: only error events are.
import { countIn, isObject, type LooseObject, objectIn, textIn } from './loose-json.ts';
import { sessionId } from './session-id.ts';
import { type StrayLines, strayLines } from './stray-lines.ts';

export interface CodexState {
  session: string | null;
  turns: number;
  /** How the last turn ended; null while it is under way. */
  lastTurn: 'completed' | 'failed' | null;
  /** Something was said or done. */
  hasWorked: boolean;
  /** Of the last turn that failed, or of the last error event. */
  error: string;
  /** The last usage: it counts the whole session so far. */
  usage: { input: number; cached: number; output: number } | null;
  /** Threads of their own were begun, whose tokens are not in that usage. */
  hasSubAgents: boolean;
  stray: StrayLines;
}

export function codexState(): CodexState {
  const nothing = { session: null, turns: 0, lastTurn: null, error: '', usage: null };
  return { ...nothing, hasWorked: false, hasSubAgents: false, stray: strayLines() };
}

export function takeEvent(state: CodexState, event: LooseObject): void {
  switch (textIn(event, 'type')) {
    case 'thread.started':
      state.session = sessionId(textIn(event, 'thread_id')) ?? state.session;
      break;
    case 'turn.started':
      state.turns += 1;
      state.lastTurn = null;
      break;
    case 'turn.completed':
      state.lastTurn = 'completed';
      takeUsage(state, event['usage']);
      break;
    case 'turn.failed':
      state.lastTurn = 'failed';
      state.error = textIn(objectIn(event, 'error'), 'message') || state.error;
      break;
    case 'error':
      state.error = textIn(event, 'message') || state.error;
      break;
    case 'item.started':
    case 'item.completed':
      takeItem(state, objectIn(event, 'item'));
      break;
  }
}

function takeItem(state: CodexState, item: LooseObject): void {
  const type = textIn(item, 'type');
  // An error item is a warning; a text without words, or a thought, is nothing done.
  const isNothing = type === 'error' || type === 'reasoning' || type === '';
  if (!isNothing && (type !== 'agent_message' || textIn(item, 'text').trim() !== '')) {
    state.hasWorked = true;
  }
  if (type === 'collab_tool_call' && item['tool'] === 'spawn_agent') state.hasSubAgents = true;
}

function takeUsage(state: CodexState, usage: unknown): void {
  if (!isObject(usage)) return;
  const of = (name: string) => countIn(usage, name) ?? 0;
  const [input, cached] = [of('input_tokens'), of('cached_input_tokens')];
  state.usage = { input, cached, output: of('output_tokens') };
}
