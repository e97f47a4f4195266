// Step-up: the 403 that asks for more, and what comes of it.

import { Answer, insufficient } from '../kit.mjs';
import { RS, AS, CL, fault } from '../table.mjs';

const tool = (change) => ({ mcp: (a, c) => (c.kind === 'insufficient' ? change(a, c) ?? a : a) });
const up = (value) => tool((a, c) => a.set('WWW-Authenticate', typeof value === 'function' ? value(c) : value));
const write = { tool: 'write_note' };
const more = (text) => (c) => `Bearer error="insufficient_scope", ${text}, resource_metadata="${c.prmUrl}"`;
const wantsWrite = (c) => (c.query.get('scope') ?? '').includes('notes:write');

export default {
  'renamed by the gateway': fault(RS, [/x-amzn-remapped-www-authenticate/i], tool((a) => { const v = a.get('www-authenticate'); a.drop('www-authenticate').add('x-amzn-Remapped-www-authenticate', v); }), write),
  'scope in the body only': fault(RS, [/scope/, /403/], tool((a, c) => Answer.json(403, { error: 'insufficient_scope', required_scope: 'notes:write' }, { 'WWW-Authenticate': `Bearer error="insufficient_scope", resource_metadata="${c.prmUrl}"` })), write),
  'error invalid_scope': fault(RS, [/invalid_scope/, /insufficient_scope/], up((c) => `Bearer error="invalid_scope", scope="notes:read notes:write", resource_metadata="${c.prmUrl}"`), write),
  'error unauthorized': fault(RS, [/unauthorized/, /insufficient_scope/], up((c) => `Bearer error="unauthorized", scope="notes:read notes:write", resource_metadata="${c.prmUrl}"`), write),
  'error in capitals': fault(RS, [/INSUFFICIENT_SCOPE/], up((c) => `Bearer error="INSUFFICIENT_SCOPE", scope="notes:read notes:write", resource_metadata="${c.prmUrl}"`), write),
  'scope as a list': fault(RS, [/scope/, /\[/], up(more('scope="[\\"notes:read\\",\\"notes:write\\"]"')), write),
  'scope with plus': fault(RS, [/notes:read\+notes:write/], up(more('scope="notes:read+notes:write"')), write),
  'scope misspelt': fault(RS, [/scpoe|scope/, /scpoe/], up(more('scpoe="notes:read notes:write"')), write),
  'scope empty': fault(RS, [/scope/, /empty|403/i], up(more('scope=""')), write),
  'scope prefixed': fault(RS, [/notes-api\/notes:write/], up(more('scope="notes:read notes-api/notes:write"')), write),
  'scope in capitals': fault(RS, [/Notes:Write/, /notes:write/], up(more('scope="notes:read Notes:Write"')), write),
  'scope singular': fault(RS, [/note:write/, /notes:write/], up(more('scope="notes:read note:write"')), write),
  'no comma': fault(RS, [/comma|separat|,/i], up((c) => `Bearer error="insufficient_scope" scope="notes:read notes:write" resource_metadata="${c.prmUrl}"`), write),
  'single quotes': fault(RS, [/quot/i], up((c) => `Bearer error='insufficient_scope', scope='notes:read notes:write'`), write),
  'Token scheme': fault(RS, [/Token/, /Bearer/], up('Token error="insufficient_scope", scope="notes:write"'), write),
  'no scheme': fault(RS, [/scheme|Bearer/], up('error="insufficient_scope", scope="notes:read notes:write"'), write),
  '302 to consent': fault(RS, [/302/, /403/], tool((a, c) => Answer.to(`${c.at.authorize}?scope=notes:write`)), write),
  '402': fault(RS, [/402/], tool(() => Answer.json(402, { error: 'upgrade your plan' })), write),
  '409': fault(RS, [/409/], tool((a) => { a.status = 409; }), write),
  '422': fault(RS, [/422/], tool(() => Answer.json(422, { error: 'missing scope notes:write' })), write),
  '401 without error': fault(RS, [/401/, /403/], tool((a, c) => Answer.json(401, { error: 'unauthorized' }, { 'WWW-Authenticate': `Bearer scope="notes:read notes:write", resource_metadata="${c.prmUrl}"` })), write),
  '200 with error text': fault(RS, [/200/, /scope/], tool((a, c) => Answer.json(200, { jsonrpc: '2.0', id: c.message.id, result: { content: [{ type: 'text', text: 'Forbidden: this tool requires the scope notes:write' }], isError: true } })), write),
  '200 plain': fault(RS, [/200/, /insufficient_scope|scope/], tool(() => Answer.json(200, { error: 'insufficient_scope', scope: 'notes:write' })), write),
  'one by one': fault(RS, [/notes:admin/], tool((a, c) => { const held = (c.tokens.get((c.req.headers.authorization ?? '').slice(7))?.scope ?? '').split(' '); const next = c.wanted.find((s) => !held.includes(s)); a.set('WWW-Authenticate', `Bearer error="insufficient_scope", scope="${[...held, next].join(' ')}", resource_metadata="${c.prmUrl}"`); }), { ...write, with: { scopes: ['notes:read', 'notes:write', 'notes:admin'], tools: { read_note: [], write_note: ['notes:write', 'notes:admin'] } }, shape: 'keycloak' }),
  'granted in words only': fault(AS, [/notes:write/], { claims: (k) => ({ ...k, scope: 'notes:read' }), grants: (s) => s, accepts: (k, c) => k && { scope: k.scope } }, write),
  'grants only the new one': fault(AS, [/notes:read/], { grants: (s) => (s.includes('notes:write') ? ['notes:write'] : s), accepts: (k, c) => k && { scope: k.scope } }, write),
  'denied': fault([AS, CL], [/denied/i], { consent: (c) => (wantsWrite(c) ? { error: 'access_denied', error_description: 'the user denied access' } : undefined) }, write),
  'consent page breaks': fault(AS, [/500/], { authorize: (a, c) => (wantsWrite(c) ? Answer.html(500, 'Internal Server Error') : a) }, write),
  'new token refused': fault([RS, AS], [/401/], { mcp: (a, c) => (c.tokens.size > 1 && [...c.tokens.keys()].indexOf((c.req.headers.authorization ?? '').slice(7)) > 0 ? Answer.json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': `Bearer error="invalid_token", error_description="unknown token", resource_metadata="${c.prmUrl}"` }) : a) }, write),
  'wants a scope never offered': fault(RS, [/notes:owner/], up(more('scope="notes:read notes:owner"')), write),
  'asks for what it already has, twice': fault(RS, [/notes:write/], { mcp: (a, c) => (c.rpc === 'tools/call' ? insufficient(c, ['notes:read', 'notes:write'], []) : a) }, { ...write, shape: 'auth0' }),
  'all tools refused': fault(RS, [/tools\/list|403/], { mcp: (a, c) => (c.rpc === 'tools/list' ? Answer.json(403, { message: 'Forbidden' }) : a) }),
  'stateless: no scope': fault(RS, [/scope/, /403/], up((c) => `Bearer error="insufficient_scope", resource_metadata="${c.prmUrl}"`), { ...write, shape: 'keycloak', with: { stateless: true }, args: ['--spec', '2026-07-28'] }),
};
