// The transport of 2026-07-28: no handshake, no sessions, everything in each request.

import { Answer } from './kit.mjs';

const VERSION = '2026-07-28';
const at = (name) => `io.modelcontextprotocol/${name}`;

const fail = (status, id, code, message, data) => Answer.json(status, { jsonrpc: '2.0', id: id ?? null, error: { code, message, ...(data && { data }) } });

/** What a stateless server refuses, or its answer to `server/discover`; undefined: the request is one like any other. */
export function stateless(c, message) {
  const meta = message.params?._meta ?? {};
  const version = meta[at('protocolVersion')];
  if (message.method === 'initialize' || (version !== undefined && version !== VERSION)) {
    return fail(400, message.id, -32022, 'Unsupported protocol version', { supported: [VERSION], requested: version ?? message.params?.protocolVersion ?? null });
  }
  for (const name of ['protocolVersion', 'clientCapabilities']) {
    if (meta[at(name)] === undefined) return fail(400, message.id, -32602, `_meta.${at(name)} is required`);
  }
  const wanted = { 'mcp-protocol-version': version, 'mcp-method': message.method, ...(message.method === 'tools/call' && { 'mcp-name': message.params?.name }) };
  for (const [name, value] of Object.entries(wanted)) {
    if (c.req.headers[name] !== value) return fail(400, message.id, -32020, `header ${name} does not match the body`);
  }
  return undefined;
}

/** The answer to `server/discover`. */
export const discovered = () => ({ supportedVersions: [VERSION], capabilities: { tools: {} }, serverInfo: { name: 'notes', version: '1.0.0' } });
