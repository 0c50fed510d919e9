// Tells the events of Codex in words, for the log of a run.
// It must never pass on raw JSON, nor a text without a bound.
import { countIn, type LooseObject, objectIn, objectsIn, textIn } from './loose-json.ts';
import { excerpt, inputOf } from './told-text.ts';

/** The text of one event, ending in a newline; empty for what nobody needs to read. */
export function codexText(event: LooseObject): string {
  const told = wordsOf(event);
  return told === '' ? '' : `${told}\n`;
}

function wordsOf(event: LooseObject): string {
  switch (textIn(event, 'type')) {
    case 'thread.started':
      return `[codex] session ${textIn(event, 'thread_id')}`;
    case 'turn.completed':
      return `[codex] turn completed: ${tokensOf(objectIn(event, 'usage'))}`;
    case 'turn.failed':
      return `[codex] turn failed: ${excerpt(textIn(objectIn(event, 'error'), 'message'))}`;
    case 'error':
      return `[codex] ${excerpt(textIn(event, 'message'))}`;
    case 'item.started':
      return ofBegun(objectIn(event, 'item'));
    case 'item.completed':
      return ofDone(objectIn(event, 'item'));
    default:
      return '';
  }
}

function ofBegun(item: LooseObject): string {
  const type = textIn(item, 'type');
  if (type === 'command_execution') return `[tool] ${excerpt(textIn(item, 'command'))}`;
  if (type !== 'mcp_tool_call') return '';
  return `[tool] ${textIn(item, 'server')}.${textIn(item, 'tool')} ${inputOf(item['arguments'])}`;
}

function ofDone(item: LooseObject): string {
  switch (textIn(item, 'type')) {
    case 'agent_message':
    case 'plan':
      return excerpt(textIn(item, 'text'));
    case 'command_execution':
      return ofCommand(item);
    case 'file_change':
      return objectsIn(item, 'changes')
        .map((change) => `[file] ${textIn(change, 'kind')} ${textIn(change, 'path')}`)
        .join('\n');
    case 'web_search':
      return `[tool] web search ${excerpt(textIn(item, 'query'))}`;
    case 'collab_tool_call':
      return `[tool] ${textIn(item, 'tool')}`;
    case 'error':
      return `[codex] ${excerpt(textIn(item, 'message'))}`;
    default:
      return '';
  }
}

function ofCommand(item: LooseObject): string {
  const code = countIn(item, 'exit_code');
  const output = excerpt(textIn(item, 'aggregated_output'));
  const label = code === 0 ? 'result' : `tool failed, exit code ${code ?? 'unknown'}`;
  return `[${label}] ${output}`.trimEnd();
}

function tokensOf(usage: LooseObject): string {
  const [input, output] = [countIn(usage, 'input_tokens'), countIn(usage, 'output_tokens')];
  return `${input ?? 'unknown'} tokens in, ${output ?? 'unknown'} out so far`;
}
