// Requests to and answers of the emulated GitHub, as its front and what it adds hand them on.
export interface Message {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: string;
}

export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export type Forward = (message: Message) => Promise<Reply>;

/** Answers, or leaves it to the next. */
export type Route = (message: Message) => Promise<Reply | null>;

export const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

export function refusal(status: number, message: string): Reply {
  return { status, headers: JSON_TYPE, body: JSON.stringify({ message }) };
}

export function success(status: number, value: unknown): Reply {
  return { status, headers: JSON_TYPE, body: JSON.stringify(value) };
}
