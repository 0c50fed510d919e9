// What may pass for the id of an agent's session: it comes from the agent, and goes into a command line.
// It must never begin with a dash, or it would be read as an option.

const SESSION_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/** The id, or null when it is none. */
export function sessionId(text: string | null): string | null {
  return text !== null && SESSION_ID.test(text) ? text : null;
}
