// What comes after the first token: refresh, more rights, and set-ups where one node of several is wrong.

import { Answer, oauthError, sign, keys, now, insufficient } from '../kit.mjs';
import { RS, AS, CL, fault, at, on401 } from '../table.mjs';

const fresh = (answer) => ({ grant: (c) => (c.grant === 'refresh_token' ? answer(c) : undefined) });
const ok = (change) => at('token', (a, c) => (c.grant === 'refresh_token' && a.status === 200 ? change(a, c) : a));
const tool = (change) => ({ mcp: (a, c) => (c.kind === 'insufficient' ? change(a, c) ?? a : a) });
const write = { tool: 'write_note' };
const again = (c) => c.grant === 'refresh_token';
const wantsWrite = (c) => (c.query.get('scope') ?? '').includes('notes:write');
const bearer = (c) => (c.req.headers.authorization ?? '').slice(7);
const order = (c) => [...c.tokens.keys()].indexOf(bearer(c));
const strict = (k, c) => (k && [].concat(k.aud).includes(c.resource) && !(k.nbf > now()) ? { scope: k.scope } : undefined);

export default {
  // Refresh.
  'refresh: JSON-RPC error': fault(AS, [/refresh/i, /not allowed/], fresh(() => Answer.json(400, { jsonrpc: '2.0', error: { code: -32000, message: 'refresh not allowed' } }))),
  'refresh: cacheable': fault(AS, [/Cache-Control/], ok((a) => a.drop('Cache-Control').drop('Pragma'))),
  'refresh: public cache': fault(AS, [/Cache-Control/, /max-age/], ok((a) => a.set('Cache-Control', 'public, max-age=600').drop('Pragma'))),
  'refresh: encoding': fault(AS, [/Content-Encoding/i, /br/], ok((a) => a.set('Content-Encoding', 'br'))),
  'refresh: closes': fault(AS, [/refresh/i, /clos|reset|answer/i], fresh(() => Answer.raw(''))),
  'refresh: never answers': fault(AS, [/refresh/i, /time|answer/i], fresh(() => Answer.raw(null)), { quick: true }),
  'refresh: 303': fault(AS, [/303/, /refresh/i], fresh((c) => Answer.to(`${c.as}/error`, 303))),
  'refresh: 404': fault(AS, [/404/, /refresh/i], fresh(() => Answer.html(404, 'Not Found'))),
  'refresh: 201': fault(AS, [/201/], ok((a) => { a.status = 201; })),
  'refresh: key of the stranger': fault([AS, RS], [/sign|key|401/i], { sign: (k, c) => (again(c) ? sign(k, { key: keys.stranger }) : undefined) }),
  'refresh: nbf in the future': fault(AS, [/nbf|clock/], { accepts: strict, claims: (k, c) => { if (again(c)) k.nbf = now() + 600; } }),
  'refresh: exp in milliseconds': fault(AS, [/exp/, /millisecond/i], { claims: (k, c) => { if (again(c)) k.exp *= 1000; } }),
  'refresh: aud with a slash': fault(AS, [/aud/, /slash/i], { accepts: strict, claims: (k, c) => { if (again(c)) k.aud = `${k.aud}/`; } }, { shape: 'spring' }),
  'refresh: session ended': fault(AS, [/refresh/i, /Session not active/], fresh(() => oauthError(400, 'invalid_grant', 'Session not active')), { shape: 'keycloak' }),
  'refresh: of a single-page app': fault([AS, CL], [/AADSTS700084/], fresh(() => oauthError(400, 'invalid_grant', 'AADSTS700084: The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended.')), { shape: 'entra' }),
  'refresh: unknown, 403': fault(AS, [/refresh/i, /invalid_grant/], fresh(() => oauthError(403, 'invalid_grant', 'Unknown or invalid refresh token.')), { shape: 'auth0' }),
  'refresh: Firebase': fault(AS, [/INVALID_REFRESH_TOKEN/], fresh(() => Answer.json(400, { error: { code: 400, message: 'INVALID_REFRESH_TOKEN', status: 'INVALID_ARGUMENT' } }))),
  'refresh: session of the other token': fault(RS, [/session/i, /refresh/i], { judge: (c, t) => (t && order(c) > 0 && c.req.headers['mcp-session-id'] ? Answer.json(403, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'session belongs to another token' } }) : undefined) }, { shape: 'keycloak' }),
  'refresh: wants the old access token': fault(AS, [/access_token/, /refresh/i], fresh(() => oauthError(400, 'invalid_request', 'parameter access_token (expired token) is required'))),
  'refresh: same scope, other order lost one': fault(AS, [/scope/, /notes:write/], { grants: (s, c) => (again(c) ? ['notes:read'] : ['notes:read', 'notes:write']), tokenReply: (r, c, a) => { if (a) delete r.scope; return r; } }, { shape: 'spring' }),

  // More rights.
  'step-up: 428': fault(RS, [/428/, /403/], tool((a) => { a.status = 428; }), write),
  'step-up: JSON-RPC body only': fault(RS, [/403/, /WWW-Authenticate/], tool((a, c) => Answer.json(403, { jsonrpc: '2.0', id: c.message.id, error: { code: -32001, message: 'Forbidden', data: { required_scopes: ['notes:write'] } } })), write),
  'step-up: metadata gone': fault(RS, [/resource_metadata/, /\/gone/], tool((a, c) => a.set('WWW-Authenticate', `Bearer error="insufficient_scope", scope="notes:read notes:write", resource_metadata="${c.rs}/gone"`)), write),
  'step-up: metadata of another host': fault(RS, [/resource_metadata/, /localhost:9/], tool((a) => a.set('WWW-Authenticate', 'Bearer error="insufficient_scope", scope="notes:read notes:write", resource_metadata="http://localhost:9/.well-known/oauth-protected-resource"')), write),
  'step-up: DPoP only': fault(RS, [/DPoP/, /Bearer/], tool((a) => a.set('WWW-Authenticate', 'DPoP algs="ES256", error="insufficient_scope", scope="notes:read notes:write"')), write),
  'step-up: old token again': fault(AS, [/notes:write/], { sign: (k, c) => (c.tokens.size ? [...c.tokens.keys()][0] : undefined), accepts: (k) => k && { scope: k.scope } }, write),
  'step-up: login_required': fault([AS, CL], [/login_required/], { consent: (c) => (wantsWrite(c) ? { error: 'login_required' } : undefined) }, { ...write, shape: 'keycloak' }),
  'step-up: code refused': fault(AS, [/invalid_grant/], { grant: (c) => { const k = c.codes.get(c.form.get('code')); return k?.scope.includes('notes:write') ? oauthError(400, 'invalid_grant', 'code not found') : undefined; } }, { ...write, shape: 'keycloak' }),
  'step-up: state lost': fault(AS, [/state/], { response: (p, c) => { if (wantsWrite(c)) p.delete('state'); return p; } }, { ...write, shape: 'keycloak' }),
  'step-up: token without the audience': fault(AS, [/aud/], { claims: (k) => { if ((k.scope ?? '').includes('notes:write')) k.aud = 'https://other.example'; }, accepts: strict }, { ...write, shape: 'keycloak' }),
  'step-up: needs a role': fault([RS, AS], [/403/, /role|editor/], tool((a, c) => Answer.json(403, { error: 'forbidden', message: 'role editor required' })), write),

  // One node of two.
  'node: metadata of the resource': fault(RS, [/resource/, /old\.example/], { prmDocument: (d, c) => { if (c.nth % 2 === 0) d.resource = 'https://old.example/mcp'; return d; } }, { shape: 'spring' }),
  'node: issuer': fault(AS, [/issuer/, /old\.example/], { metadataDocument: (d, c) => { if (c.nth % 2 === 0) d.issuer = 'https://old.example'; return d; } }, { shape: 'auth0', with: { documents: ['oauth'] } }),
  'node: token endpoint': fault(AS, [/token_endpoint/, /blue/], { metadataDocument: (d, c) => { if (c.nth % 2 === 0) d.token_endpoint = `${c.as}/blue/token`; return d; } }, { shape: 'auth0', with: { documents: ['oauth'] } }),
  'node: every third call refused': fault(RS, [/401/], { judge: (c, t) => { if (!t || !c.tokens.has(t)) return undefined; c.world.k = (c.world.k ?? 0) + 1; return c.world.k % 3 === 0 ? Answer.json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }) : undefined; } }),
  'node: every second call 502': fault(RS, [/502/], { judge: (c, t) => { if (!t || !c.tokens.has(t)) return undefined; c.world.k = (c.world.k ?? 0) + 1; return c.world.k % 2 === 0 ? Answer.html(502, 'Bad Gateway', { Server: 'nginx' }) : undefined; } }),
  'node: refresh 503': fault(AS, [/503/, /refresh/i], fresh(() => Answer.json(503, { error: 'temporarily_unavailable' }, { 'Retry-After': '5' }))),
  'node: codes not shared': fault(AS, [/code/, /invalid_grant/], { grant: (c) => (c.grant === 'authorization_code' ? oauthError(400, 'invalid_grant', 'Invalid authorization code') : undefined) }),
  'node: clients not shared': fault(AS, [/client/i], { authorize: (a, c) => Answer.html(400, 'Client not found') }),
  'node: clients not shared at the token': fault(AS, [/client/i, /invalid_client/], { grant: (c) => oauthError(401, 'invalid_client', 'Client not found') }),
};
