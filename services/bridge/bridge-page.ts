// The page that shows a hosted inspector in a frame and hands it what the bridge sends. It holds no data itself,
// and must never talk to any other page than the one it frames.
import { createHash } from 'node:crypto';

export interface BridgePage {
  html: string;
  headers: Readonly<Record<string, string>>;
}

/** @param origin whose inspector is framed: `https://stately.ai` */
export function bridgePage(origin: string, port: number): BridgePage {
  const script = scriptFor(origin);
  const digest = createHash('sha256').update(script).digest('base64');
  const style = 'html,body,iframe{margin:0;width:100%;height:100%;border:0}';
  const styleDigest = createHash('sha256').update(style).digest('base64');
  const html = [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>onceward bridge</title>',
    `<style>${style}</style>`,
    `<iframe title="inspector" src="${origin}/inspect"></iframe>`,
    `<script>${script}</script></html>`,
  ].join('\n');
  const contentSecurityPolicy = [
    "default-src 'none'",
    `script-src 'sha256-${digest}'`,
    `style-src 'sha256-${styleDigest}'`,
    `connect-src ws://127.0.0.1:${port} ws://localhost:${port}`,
    `frame-src ${origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { html, headers: { 'content-security-policy': contentSecurityPolicy } };
}

/** Connects once the framed page says that it listens. */
function scriptFor(origin: string): string {
  return `
const origin = ${JSON.stringify(origin)};
const frame = document.querySelector('iframe');
addEventListener('message', (event) => {
  if (event.origin !== origin || event.data?.type !== '@statelyai.connected') return;
  const socket = new WebSocket('ws://' + location.host);
  socket.onmessage = ({ data }) => frame.contentWindow.postMessage(JSON.parse(data), origin);
});
`;
}
