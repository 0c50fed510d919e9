// Who sends webhooks. Alone in its file, so that a command line which only names them loads nothing else.

export const WEBHOOK_SOURCES = ['github', 'plane'] as const;
export type WebhookSource = (typeof WEBHOOK_SOURCES)[number];
