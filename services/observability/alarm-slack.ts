// Posts an alarm to a channel of Slack, or of what takes the same messages, such as Mattermost.
// It must never call people that the text of an alarm names, nor say anything of the address: it is a secret.
import type { Clock } from '../../transport/ports.ts';
import type { AlarmNotice } from './alarm-notice.ts';
import { postUntilTaken } from './alarm-post.ts';

/** A text of a block may have 3 000 characters, written as they are sent. */
const MAX_MESSAGE_CHARACTERS = 2_000;
const MAX_WORD_CHARACTERS = 300;
const MAX_BLOCK_CHARACTERS = 3_000;
const HALF = /^\p{Surrogate}$/u;
/** Keeps `@channel` from being read as a call, and looks like nothing. */
const ZERO_WIDTH_SPACE = '\u200B';

export interface AlarmSlackOptions {
  /** Of an incoming webhook. */
  url: string;
  clock: Clock;
  /** Aborted when the host ends. */
  signal: AbortSignal;
}

/** Null once it was taken, otherwise why not, in words. Never rejects. */
export async function postToSlack(
  notice: AlarmNotice,
  { url, clock, signal }: AlarmSlackOptions,
): Promise<string | null> {
  const body = JSON.stringify(slackMessage(notice));
  const problem = await postUntilTaken({ url, body, headers: {}, clock, signal });
  return problem === null ? null : `the address in the variable: ${problem}`;
}

/**
 * `text` is what notifications show, and all that other services than Slack read.
 * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export function slackMessage({ reason, address, message, at, by, id }: AlarmNotice) {
  const title = `${neutral(reason, MAX_WORD_CHARACTERS)}: ${neutral(address, MAX_WORD_CHARACTERS)}`;
  const words = neutral(message, MAX_MESSAGE_CHARACTERS) || '-';
  const origin = neutral(`${at} · ${by} · ${id}`, MAX_WORD_CHARACTERS);
  const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
  return {
    text: `${title}\n${words}`,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*${title}*`, verbatim: true } },
      { type: 'section', text: plain(words) },
      { type: 'context', elements: [plain(origin)] },
    ],
  };
}

/** Cut, and without what Slack or its like would act on. Escapes are not cut in two. */
function neutral(text: string, maxCharacters: number): string {
  const cut = text.length > maxCharacters ? `${text.slice(0, maxCharacters - 1)}…` : text;
  const written = [...cut].map((character) => {
    // Half of a pair is no text: cutting makes one, and an agent may print one.
    return HALF.test(character) ? '\uFFFD' : (ESCAPES[character] ?? character);
  });
  let length = 0;
  const fitting = written.filter((piece) => {
    length += piece.length;
    return length <= MAX_BLOCK_CHARACTERS - 10;
  });
  return fitting.join('');
}

/** @see https://docs.slack.dev/messaging/formatting-message-text#escaping */
const ESCAPES: Record<string, string> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '@': `@${ZERO_WIDTH_SPACE}` },
  // Bold, code and strikethrough begin with these; in a title they would change the rest.
  ...{ '*': '∗', '`': 'ˋ', '~': '∼' },
};
