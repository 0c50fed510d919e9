// Tells the messages of Claude Code in words, for the log of a run.
// It must never pass on raw JSON, nor a text without a bound.
import { countIn, type LooseObject, objectIn, objectsIn, textIn } from './loose-json.ts';
import { excerpt, indented, inputOf } from './told-text.ts';

/** The text of one message, ending in a newline; empty for what nobody needs to read. */
export function claudeText(message: LooseObject): string {
  const told = wordsOf(message);
  return told === '' ? '' : `${told}\n`;
}

function wordsOf(message: LooseObject): string {
  switch (textIn(message, 'type')) {
    case 'assistant':
    case 'user':
      return ofConversation(message);
    case 'result':
      return ofResult(message);
    case 'system':
      return ofSystem(message);
    case 'rate_limit_event':
      return ofRateLimit(objectIn(message, 'rate_limit_info'));
    default:
      return '';
  }
}

function ofConversation(message: LooseObject): string {
  const blocks = objectsIn(objectIn(message, 'message'), 'content').map(ofBlock);
  const told = blocks.filter((block) => block !== '').join('\n');
  const isOfSubAgent = typeof message['parent_tool_use_id'] === 'string';
  return isOfSubAgent ? indented(told) : told;
}

function ofBlock(block: LooseObject): string {
  switch (textIn(block, 'type')) {
    case 'text':
      return excerpt(textIn(block, 'text'));
    case 'tool_use':
      return `[tool] ${textIn(block, 'name')} ${inputOf(block['input'])}`;
    case 'tool_result':
      return `[${block['is_error'] === true ? 'tool failed' : 'result'}] ${excerpt(toolResult(block))}`;
    default:
      return '';
  }
}

function toolResult(block: LooseObject): string {
  const { content } = block;
  if (typeof content === 'string') return content;
  return objectsIn(block, 'content')
    .map((part) => textIn(part, 'text') || `(${textIn(part, 'type') || 'nothing'})`)
    .join('\n');
}

function ofResult(message: LooseObject): string {
  const turns = countIn(message, 'num_turns');
  const usd = countIn(message, 'total_cost_usd');
  const facts = [
    turns === null ? '' : `${turns} turns`,
    usd === null ? '' : `$${usd.toFixed(4)}`,
    message['is_error'] === true ? excerpt(textIn(message, 'result')) : '',
  ].filter((fact) => fact !== '');
  return `[claude] ${textIn(message, 'subtype') || 'result'}: ${facts.join(', ')}`;
}

function ofSystem(message: LooseObject): string {
  const subtype = textIn(message, 'subtype');
  if (subtype === 'init') {
    return `[claude] session ${textIn(message, 'session_id')}, model ${textIn(message, 'model')}`;
  }
  if (subtype !== 'api_retry') return '';
  const status = countIn(message, 'error_status') ?? 'no answer';
  const attempt = `${countIn(message, 'attempt')} of ${countIn(message, 'max_retries')}`;
  return `[claude] retry ${attempt}: ${textIn(message, 'error')} (${status})`;
}

function ofRateLimit(info: LooseObject): string {
  const status = textIn(info, 'status');
  return status === 'allowed'
    ? ''
    : `[claude] rate limit ${textIn(info, 'rateLimitType')}: ${status}`;
}
