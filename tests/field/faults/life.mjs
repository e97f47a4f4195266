// Refresh and step-up.

import { Answer, oauthError, sign, keys, now, random } from '../kit.mjs';
import { RS, AS, CL, fault, at } from '../table.mjs';

const fresh = (answer) => ({ grant: (c) => (c.grant === 'refresh_token' ? answer(c) : undefined) });
const reply = (change) => ({ tokenReply: (r, c, again) => (again ? change(r, c) ?? r : r) });
const ok = (change) => at('token', (a, c) => (c.grant === 'refresh_token' && a.status === 200 ? change(a, c) : a));
const tool = (change) => ({ mcp: (a, c) => (c.kind === 'insufficient' ? change(a, c) ?? a : a) });
const write = { tool: 'write_note' };
const up = (value) => tool((a, c) => a.set('WWW-Authenticate', typeof value === 'function' ? value(c) : value));

export default {
  'refresh: invalid_grant': fault(AS, [/refresh/i, /invalid_grant/], fresh(() => oauthError(400, 'invalid_grant', 'refresh token is invalid'))),
  'refresh: 500': fault(AS, [/refresh/i, /500/], fresh(() => Answer.json(500, { error: 'oops' }))),
  'refresh: html': fault(AS, [/HTML/i], fresh(() => Answer.html(200, 'Session expired'))),
  'refresh: 401 html': fault(AS, [/refresh/i, /401/], fresh(() => Answer.html(401, 'Login'))),
  'refresh: invalid_client': fault(AS, [/refresh/i, /client/], fresh(() => oauthError(401, 'invalid_client', 'client unknown'))),
  'refresh: unsupported': fault(AS, [/refresh_token/, /unsupported_grant_type/], fresh(() => oauthError(400, 'unsupported_grant_type', 'refresh_token not supported'))),
  'refresh: resource refused': fault(AS, [/resource/], fresh((c) => (c.form.has('resource') ? oauthError(400, 'invalid_target', 'resource must not be sent on refresh') : undefined))),
  'refresh: scope required': fault(AS, [/scope/], fresh((c) => (c.form.has('scope') ? undefined : oauthError(400, 'invalid_request', 'scope is required')))),
  'refresh: 200 error': fault(AS, [/200/, /invalid_grant/], fresh(() => Answer.json(200, { error: 'invalid_grant' }))),
  'refresh: scope lost': fault(AS, [/scope/, /notes:read/], { grants: (s, c) => (c.grant === 'refresh_token' ? [] : s) }, { shape: 'spring' }),
  'refresh: scope narrowed': fault(AS, [/scope/, /notes:write/], { grants: (s, c) => (c.grant === 'refresh_token' ? ['notes:read'] : ['notes:read', 'notes:write']) }, { shape: 'spring' }),
  'refresh: scope widened': fault(AS, [/scope/, /notes:write/], { grants: (s, c) => (c.grant === 'refresh_token' ? ['notes:read', 'notes:write'] : s) }, { shape: 'keycloak' }),
  'refresh: audience lost': fault(AS, [/aud/], { claims: (k, c) => { if (c.grant === 'refresh_token') k.aud = k.client_id; }, accepts: (k, c) => (k && [].concat(k.aud).includes(c.resource) ? k : undefined) }),
  'refresh: issuer changed': fault(AS, [/iss/], { claims: (k, c) => { if (c.grant === 'refresh_token') k.iss = 'https://other.example'; }, accepts: (k, c) => (k?.iss === c.issuer ? k : undefined) }),
  'refresh: not rotated': fault(AS, [/refresh/i, /rotat|same|replace/i], {}, { with: { rotates: false, methods: ['none'] } }),
  'refresh: echoed': fault(AS, [/refresh/i, /rotat|same|replace/i], { keepsRefresh: true, ...reply((r, c) => { r.refresh_token = c.form.get('refresh_token'); }) }),
  'refresh: old one works': fault(AS, [/refresh/i, /old|again|reuse|already/i], { keepsRefresh: true }),
  'refresh: no access token': fault(AS, [/access_token/], reply((r) => { delete r.access_token; })),
  'refresh: no token_type': fault(AS, [/token_type/], reply((r) => { delete r.token_type; })),
  'refresh: new token refused': fault([AS, RS], [/refresh/i, /401/], { mcp: (a, c) => (c.kind === 'call' && c.tokens.size > 1 && [...c.tokens.keys()].indexOf((c.req.headers.authorization ?? '').slice(7)) > 0 ? Answer.json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="token unknown"' }) : a) }),
  'refresh: expired token': fault(AS, [/exp/], { claims: (k, c) => { if (c.grant === 'refresh_token') k.exp = now() - 60; } }),
  'refresh: content type': fault(AS, [/Content-Type/i], ok((a) => a.set('Content-Type', 'text/html'))),
  'refresh: empty refresh_token': fault(AS, [/refresh_token/, /empty/i], reply((r) => { r.refresh_token = ''; })),
  'refresh: wants basic': fault(AS, [/client/], fresh((c) => oauthError(400, 'invalid_request', 'Missing client_id or client_secret'))),
  'refresh: method 405': fault(AS, [/405/], fresh(() => Answer.json(405, {}))),
  'refresh: form': fault(AS, [/form|x-www-form/], ok((a) => { a.body = String(new URLSearchParams(JSON.parse(a.body))); a.set('Content-Type', 'application/x-www-form-urlencoded'); })),
  'refresh: wrong code for a dead token': fault(AS, [/refresh/i, /invalid_grant/], fresh(() => oauthError(401, 'invalid_token', 'The refresh token is expired'))),
  'refresh: advertised, none issued': fault(AS, [/refresh_token/], { tokenReply: (r) => { delete r.refresh_token; return r; } }, { hint: true }),

  'step-up: no header': fault(RS, [/403/, /WWW-Authenticate/], tool((a) => a.drop('WWW-Authenticate')), write),
  'step-up: no scope': fault(RS, [/scope/, /403/], up((c) => `Bearer error="insufficient_scope", resource_metadata="${c.prmUrl}"`), write),
  'step-up: 401': fault(RS, [/401/, /403/], tool((a) => { a.status = 401; }), write),
  'step-up: 401 invalid_token': fault(RS, [/401/], tool((a, c) => Answer.json(401, {}, { 'WWW-Authenticate': `Bearer error="invalid_token", error_description="insufficient permissions", resource_metadata="${c.prmUrl}"` })), write),
  'step-up: 400': fault(RS, [/400/, /403/], tool((a) => { a.status = 400; }), write),
  'step-up: 404': fault(RS, [/404/], tool(() => Answer.json(404, { error: 'tool not found' })), write),
  'step-up: 500': fault(RS, [/500/], tool(() => Answer.json(500, { error: 'permission denied' })), write),
  'step-up: error invalid_token': fault(RS, [/invalid_token/, /insufficient_scope/], up((c) => `Bearer error="invalid_token", scope="notes:read notes:write", resource_metadata="${c.prmUrl}"`), write),
  'step-up: error access_denied': fault(RS, [/access_denied/, /insufficient_scope/], up((c) => `Bearer error="access_denied", scope="notes:read notes:write"`), write),
  'step-up: error misspelt': fault(RS, [/insufficient_scopes/], up((c) => `Bearer error="insufficient_scopes", scope="notes:read notes:write"`), write),
  'step-up: error with dash': fault(RS, [/insufficient-scope/], up((c) => `Bearer error="insufficient-scope", scope="notes:read notes:write"`), write),
  'step-up: error absent': fault(RS, [/error/, /insufficient_scope/], up((c) => `Bearer scope="notes:read notes:write", resource_metadata="${c.prmUrl}"`), write),
  'step-up: scopes misnamed': fault(RS, [/scopes|required_scope/], up((c) => `Bearer error="insufficient_scope", required_scope="notes:read notes:write", resource_metadata="${c.prmUrl}"`), write),
  'step-up: unknown scope': fault([RS], [/note:write/], up((c) => `Bearer error="insufficient_scope", scope="notes:read note:write", resource_metadata="${c.prmUrl}"`), write),
  'step-up: commas': fault(RS, [/scope/, /notes:read,notes:write/], up((c) => `Bearer error="insufficient_scope", scope="notes:read,notes:write", resource_metadata="${c.prmUrl}"`), write),
  'step-up: scope in hand': fault(RS, [/notes:read/, /scope/], up((c) => `Bearer error="insufficient_scope", scope="notes:read", resource_metadata="${c.prmUrl}"`), write),
  'step-up: wrong scope': fault(RS, [/notes:share/], up((c) => `Bearer error="insufficient_scope", scope="notes:read notes:share", resource_metadata="${c.prmUrl}"`), { ...write, with: { alsoScopes: ['notes:share'] } }),
  'step-up: never granted': fault([AS], [/notes:write/], { grants: (s) => s.filter((x) => x !== 'notes:write') }, write),
  'step-up: still refused': fault(RS, [/notes:write/], { mcp: (a, c) => (c.rpc === 'tools/call' || c.kind === 'insufficient' ? Answer.json(403, { error: 'insufficient_scope' }, { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="notes:read notes:write", resource_metadata="${c.prmUrl}"` }) : a) }, write),
  'step-up: as refuses': fault([AS, RS], [/notes:write/], { consent: (c) => ((c.query.get('scope') ?? '').includes('notes:write') ? { error: 'invalid_scope', error_description: 'not allowed' } : undefined) }, write),
  'step-up: tool result': fault(RS, [/403|tool result|isError/], tool((a, c) => Answer.json(200, { jsonrpc: '2.0', id: c.message.id, result: { isError: true, content: [{ type: 'text', text: 'Error: insufficient scope: notes:write is required' }] } })), write),
  'step-up: rpc error': fault(RS, [/403/, /scope|200/], tool((a, c) => Answer.json(200, { jsonrpc: '2.0', id: c.message.id, error: { code: -32003, message: 'Insufficient scope' } })), write),
  'step-up: only the new scope': fault([RS, CL], [/notes:write/], up((c) => `Bearer error="insufficient_scope", scope="${c.wanted.filter((s) => !c.seen).slice(-1)}", resource_metadata="${c.prmUrl}"`), write),
  'step-up: basic scheme': fault(RS, [/Basic/], up('Basic realm="notes"'), write),
  'step-up: html': fault(RS, [/403/], tool(() => Answer.html(403, 'Forbidden')), write),
  'step-up: unquoted scope': fault(RS, [/scope/, /quot/i], up((c) => `Bearer error="insufficient_scope", scope=notes:read notes:write`), write),
};
