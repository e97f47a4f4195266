// More servers that are right: slow, strict, forgetful by design, of other ages. No finding may be a failure.

import { Answer, oauthError, insufficient, now } from './kit.mjs';
import { on401, challenge } from './table.mjs';

const prmDoc = (change) => ({ prmDocument: (d, c) => change(d, c) ?? d });
const asDoc = (change) => ({ metadataDocument: (d, c) => change(d, c) ?? d });
const write = { tool: 'write_note' };
const CIMD = 'https://client.example/oauth/client.json';
const fresh = { shape: 'spring', with: { stateless: true } };
const strictOrigin = (c) => (c.where === 'mcp' && /attacker|invalid/.test(c.req.headers.origin ?? '') ? Answer.json(403, { error: 'origin not allowed' }) : undefined);

export default {
  'stateless': { ...fresh },
  'stateless, asked for': { ...fresh, args: ['--spec', '2026-07-28'] },
  'stateless, step-up': { ...fresh, ...write },
  'stateless, step-up, asked for': { ...fresh, ...write, args: ['--spec', '2026-07-28'] },
  'stateless, streams': { ...fresh, with: { stateless: true, stream: true } },
  'foreign origins refused': { hooks: { before: strictOrigin }, with: { cors: false } },
  'many bad tokens slow it down': { hooks: { judge: (c, t) => { if (c.where === 'mcp' && !c.tokens.has(t ?? '')) { c.world.bad = (c.world.bad ?? 0) + 1; if (c.world.bad > 2) return Answer.json(429, { error: 'too many attempts' }, { 'Retry-After': '60' }); } } } },
  'a code used twice takes the tokens away': { hooks: { grant: (c) => { const code = c.form?.get('code'); if (c.grant !== 'authorization_code') return undefined; c.world.seen ??= new Map(); if (c.world.seen.has(code)) { for (const t of c.world.seen.get(code)) { c.tokens.delete(t); c.refreshes.delete(t); } return oauthError(400, 'invalid_grant', 'the code was used before; its tokens are revoked'); } c.world.seen.set(code, []); c.world.now = code; }, tokenReply: (r, c) => { const code = c.form.get('code'); if (code) c.world.seen.get(code).push(r.access_token, r.refresh_token); } } },
  'an old refresh token takes the family away': { hooks: { grant: (c) => { if (c.grant !== 'refresh_token') return undefined; const t = c.form.get('refresh_token'); c.world.used ??= new Set(); if (c.world.used.has(t)) { c.tokens.clear(); c.refreshes.clear(); return oauthError(400, 'invalid_grant', 'refresh token reuse detected'); } c.world.used.add(t); } } },
  'tokens of three seconds': { with: { expires: 3 } },
  'tokens of ten seconds': { shape: 'spring', with: { expires: 10 } },
  'one session at a time': { hooks: { mcp: (a, c) => { if (c.rpc === 'initialize' && a.status === 200) { const id = a.get('mcp-session-id'); c.sessions.clear(); c.sessions.add(id); } } } },
  'a tool that fails for its own reasons': { hooks: { rpcReply: (r, c) => { if (c.rpc === 'tools/call') r.result = { isError: true, content: [{ type: 'text', text: 'EACCES: permission denied, open /srv/notes/7' }] }; return r; } } },
  'a tool that speaks of scopes': { hooks: { rpcReply: (r, c) => { if (c.rpc === 'tools/call') r.result = { content: [{ type: 'text', text: 'The scope of this note: unauthorized biographies. See error 403 in chapter 2.' }] }; return r; } } },
  'problem+json in the 401': { hooks: on401((a) => { a.body = JSON.stringify({ type: 'about:blank', title: 'Unauthorized', status: 401 }); a.set('Content-Type', 'application/problem+json'); }) },
  'NTLM beside': { hooks: on401((a, c) => a.set('WWW-Authenticate', 'Negotiate').add('WWW-Authenticate', 'NTLM').add('WWW-Authenticate', `Bearer resource_metadata="${c.prmUrl}"`)) },
  'error_uri in the challenge': { hooks: challenge((c) => `Bearer realm="notes", error_uri="https://notes.example/help?a=1,2", resource_metadata="${c.prmUrl}"`) },
  'metadata lists more scopes': { shape: 'spring', hooks: prmDoc((d) => { d.scopes_supported = ['notes:read', 'notes:write', 'notes:admin']; }), with: { alsoScopes: ['notes:admin'] } },
  'server hides its scopes': { shape: 'spring', hooks: asDoc((d) => { delete d.scopes_supported; }) },
  'server lists other scopes too': { shape: 'keycloak', hooks: asDoc((d) => { d.scopes_supported = ['openid', 'profile', 'email', 'offline_access', 'notes:read', 'notes:write', 'address', 'phone']; }) , with: { alsoScopes: ['offline_access'] } },
  'server lists only its own': { shape: 'keycloak', hooks: asDoc((d) => { d.scopes_supported = ['openid', 'profile', 'email', 'offline_access']; }) , with: { alsoScopes: ['offline_access'] } },
  'refresh answers no scope': { shape: 'spring', hooks: { tokenReply: (r, c, again) => { if (again) delete r.scope; return r; } } },
  'refresh keeps its token with a secret': { shape: 'okta', with: { rotates: false, methods: ['client_secret_post'] } },
  'scp as text': { shape: 'entra', hooks: { claims: (k) => { k.scp = k.scope; delete k.scope; }, accepts: (k, c) => (k && k.exp > now() && [].concat(k.aud).includes(c.resource) ? { scope: k.scp } : undefined) } },
  'Entra habits': { shape: 'entra', hooks: { claims: (k) => { k.scp = k.scope.replaceAll('api://notes/', ''); delete k.scope; k.ver = '2.0'; k.azp = k.client_id; }, accepts: (k, c) => (k && k.exp > now() && [].concat(k.aud).includes(c.resource) ? { scope: k.scp.split(' ').map((s) => `api://notes/${s}`).join(' ') } : undefined) } },
  'Cognito habits': { shape: 'spring', with: { anyResource: true, iss: false, scopes: ['notes-api/notes.read', 'notes-api/notes.write'], needs: ['notes-api/notes.read'], tools: { read_note: [], write_note: ['notes-api/notes.write'] } }, hooks: { claims: (k) => { delete k.aud; k.token_use = 'access'; }, accepts: (k) => (k && k.exp > now() ? { scope: k.scope } : undefined) } },
  'client document': { hooks: asDoc((d) => { d.client_id_metadata_document_supported = true; }), with: { clients: [{ client_id: CIMD, redirect_uris: ['http://127.0.0.1:33418/callback'] }] }, args: ['--registration', 'cimd', '--client-metadata-url', CIMD] },
  'client document, any port': { hooks: asDoc((d) => { d.client_id_metadata_document_supported = true; }), with: { register: false, clients: [{ client_id: CIMD, redirect_uris: ['http://127.0.0.1/callback'] }] }, args: ['--client-metadata-url', CIMD] },
  'second authorization server chosen': { shape: 'keycloak', hooks: prmDoc((d, c) => { d.authorization_servers = ['https://retired.example/realms/old', c.issuer]; }), args: (w) => ['--authorization-server', w.issuer] },
  '403 with more parameters': { shape: 'keycloak', ...write, hooks: { mcp: (a, c) => (c.kind === 'insufficient' ? a.set('WWW-Authenticate', `Bearer realm="notes", error="insufficient_scope", error_description="needs \\"write\\", sorry", error_uri="https://notes.example/x", scope="notes:write notes:read", resource_metadata="${c.prmUrl}"`) : a) } },
  'slow everywhere': { with: { slow: 300 } },
  'metadata behind a redirect': { shape: 'spring', hooks: { before: (c) => (c.path === '/.well-known/oauth-authorization-server' && !c.query.has('v') ? Answer.to(`${c.as}/.well-known/oauth-authorization-server?v=1`, 301) : undefined) } },
  'two audiences': { shape: 'okta', hooks: { claims: (k, c) => { k.aud = [c.rs, c.resource]; } } },
  '2025-06-18 habits': { shape: 'express', args: ['--spec', '2025-06-18'], with: { protocol: '2025-06-18' } },
  '2025-03-26, default paths': { shape: 'worker', with: { mcpPath: '/mcp', prm: [], iss: false, anyResource: true, underIssuer: false }, hooks: { ...challenge('Bearer'), metadata: () => Answer.json(404, {}) } },
  'error codes of its own kind at step-up': { shape: 'okta', ...write, hooks: { mcp: (a, c) => (c.kind === 'insufficient' ? insufficient(c, c.wanted, []) : a) } },
};
