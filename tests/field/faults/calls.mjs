// More of what happens with the token: at the MCP server, at refresh, at step-up, under attempts to do wrong.

import { Answer, oauthError, sign, now, random } from '../kit.mjs';
import { RS, AS, CL, fault, at } from '../table.mjs';

const refuse = (status, body, header, more = {}) => ({ judge: (c, token) => (token && c.tokens.has(token) ? (typeof body === 'string' ? Answer.html(status, body, more) : Answer.json(status, body, { ...(header && { 'WWW-Authenticate': header }), ...more })) : undefined) });
const because = (why) => refuse(401, { error: 'invalid_token' }, `Bearer error="invalid_token", error_description="${why}"`);
const rpc = (change) => ({ rpcReply: (r, c) => change(r, c) ?? r });
const on = (method, answer) => ({ mcp: (a, c) => (c.rpc === method ? answer(a, c) ?? a : a) });
const fresh = (answer) => ({ grant: (c) => (c.grant === 'refresh_token' ? answer(c) : undefined) });
const write = { tool: 'write_note', shape: 'keycloak' };
const wantsWrite = (c) => (c.query.get('scope') ?? '').includes('notes:write');
const bad = (answer) => ({ mcp: (a, c) => (c.kind === 'invalid' ? answer(a, c) ?? a : a) });
const auth = (c) => c.req.headers.authorization ?? '';

export default {
  // At the MCP server.
  '406': fault(RS, [/406/], refuse(406, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'Not Acceptable: Client must accept both application/json and text/event-stream' } })),
  'Host header refused': fault(RS, [/421/, /Host/], refuse(421, { error: 'Invalid Host header' })),
  'Host header refused with 403': fault(RS, [/403/, /Host/], refuse(403, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'Invalid Host header: 127.0.0.1' } })),
  'headers too large': fault([RS, AS], [/400/, /Too Large/], refuse(400, 'Request Header Or Cookie Too Large', undefined, { Server: 'nginx' })),
  'sign-in page of a proxy': fault(RS, [/403/, /Sign in/], refuse(403, 'Sign in with your company account')),
  'login of an access gateway': fault(RS, [/302/, /cloudflareaccess/], { judge: (c, t) => (t && c.tokens.has(t) ? Answer.to('https://team.cloudflareaccess.invalid/cdn-cgi/access/login/mcp', 302) : undefined) }),
  'audience inside JSON-RPC': fault([RS, AS], [/audience/, /200/], { judge: (c, t) => (t && c.tokens.has(t) ? Answer.json(200, { jsonrpc: '2.0', id: JSON.parse(c.text).id ?? null, error: { code: -32000, message: 'Invalid token audience' } }) : undefined) }),
  'issuer of another': fault([RS, AS], [/issue/i, /other\.example/], because('token was issued by https://other.example')),
  'subject not a guid': fault([RS, AS], [/401/, /sub/], because('sub is not a valid GUID')),
  'version of the token': fault([RS, AS], [/401/, /ver/], because("unexpected value of claim 'ver': 2.0, expected 1.0")),
  'opaque though it wants JWT': fault([RS, AS], [/JWT|opaque/i], { sign: () => random(), ...because('jwt malformed') }),
  'token in the deny list': fault([RS, AS], [/401/, /revoked/], because('token has been revoked')),
  'no such user': fault([RS, AS], [/500/, /user/], refuse(500, { error: 'user not provisioned' })),
  'tools/call times out inside': fault(RS, [/-32001|timed out/i], rpc((r, c) => (c.rpc === 'tools/call' ? { jsonrpc: '2.0', id: r.id, error: { code: -32001, message: 'Request timed out' } } : r))),
  'tools/call passes on 401': fault(RS, [/401/, /upstream|Google/], rpc((r, c) => { if (c.rpc === 'tools/call') r.result = { isError: true, content: [{ type: 'text', text: 'Error: upstream Google API answered 401 Unauthorized: invalid credentials' }] }; })),
  'tools/call limited': fault(RS, [/429/], on('tools/call', () => Answer.json(429, { error: 'rate limit' }, { 'Retry-After': '10' }))),
  'tools/call gone': fault(RS, [/404/, /tools\/call/], on('tools/call', () => Answer.html(404, 'Not Found')), { shape: 'spring' }),
  'broken JSON in the stream': fault(RS, [/JSON/], on('initialize', (a) => { a.body = a.body.replace('}', ''); }), { with: { stream: true } }),
  'session changes with every answer': fault(RS, [/session/i], { mcp: (a, c) => { if (c.kind === 'call' && a.status < 300) { const id = random(); c.sessions.clear(); c.sessions.add(id); if (c.rpc === 'initialize') { c.sessions.clear(); } a.set('Mcp-Session-Id', id); } return a; } }, { shape: 'keycloak' }),
  'accepts one request only': fault(RS, [/401/, /tools\/list|same token|notifications/], { judge: (c, t) => { if (!t || !c.tokens.has(t)) return undefined; c.world.once = (c.world.once ?? 0) + 1; return c.world.once > 1 ? Answer.json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="token already used"' }) : undefined; } }),
  'GraphQL error': fault(RS, [/200/, /UNAUTHENTICATED/], { judge: (c, t) => (t && c.tokens.has(t) ? Answer.json(200, { data: null, errors: [{ message: 'UNAUTHENTICATED', extensions: { code: 'UNAUTHENTICATED' } }] }) : undefined) }),
  'missing token said though it was sent': fault(RS, [/401/, /Authorization|sent|missing/i], refuse(401, { message: 'No authorization token was found' }, 'Bearer')),

  // Refresh.
  'refresh: resource missing, it says': fault(AS, [/resource/, /refresh/i], fresh(() => oauthError(400, 'invalid_target', 'resource is missing in the refresh request'))),
  'refresh: scope claim lost': fault(AS, [/scope/], { claims: (k, c) => { if (c.grant === 'refresh_token') delete k.scope; }, accepts: (k) => k && { scope: k.scope ?? '' } }, { shape: 'spring' }),
  'refresh: revoked': fault(AS, [/expired or revoked/, /refresh/i], fresh(() => oauthError(400, 'invalid_grant', 'Token has been expired or revoked.'))),
  'refresh: sign-in frequency': fault([AS, CL], [/AADSTS70043/], fresh(() => oauthError(400, 'invalid_grant', 'AADSTS70043: The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.')), { shape: 'entra' }),
  'refresh: JSON in a string': fault(AS, [/JSON|string/], at('token', (a, c) => { if (c.grant === 'refresh_token' && a.status === 200) a.body = JSON.stringify(a.body); })),
  'refresh: success false': fault(AS, [/200/, /session expired/], fresh(() => Answer.json(200, { success: false, message: 'session expired' }))),
  'refresh: undefined': fault(AS, [/access_token/, /undefined/], { tokenReply: (r, c, again) => { if (again) r.access_token = 'undefined'; return r; } }),
  'refresh: space in the token': fault(AS, [/access_token|refreshed token/, /space/], { tokenReply: (r, c, again) => { if (again) r.access_token = `x ${r.access_token}`; return r; } }),
  'refresh: alg changed': fault([AS, RS], [/alg|HS256|sign|401/], { sign: (k, c) => (c.grant === 'refresh_token' ? sign(k, { header: { alg: 'HS256' } }) : undefined), accepts: (k, c, kept) => (k && c.req.headers.authorization.includes('HS256') ? undefined : k && (c.tokens.size > 1 && [...c.tokens.keys()].indexOf(auth(c).slice(7)) > 0 ? undefined : kept.truth)) }),
  'refresh: kid unknown': fault([AS, RS], [/kid|key|sign/], { sign: (k, c) => (c.grant === 'refresh_token' ? sign(k, { header: { kid: 'next' } }) : undefined), judge: (c, t) => (t && [...c.tokens.keys()].indexOf(t) > 0 ? Answer.json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="no key for kid next"' }) : undefined) }),

  // Step-up.
  'step-up: challenge of the first attempt': fault(AS, [/code_verifier|PKCE/], { grant: (c) => { const k = c.codes.get(c.form.get('code')); return k?.scope.includes('notes:write') ? oauthError(400, 'invalid_grant', 'code_verifier does not match code_challenge') : undefined; } }, write),
  'step-up: iss forgotten': fault(AS, [/iss/], { response: (p, c) => { if (wantsWrite(c)) p.delete('iss'); return p; } }, write),
  'step-up: one at a time': fault([AS, RS], [/scope/], { consent: (c) => (wantsWrite(c) ? { error: 'invalid_scope', error_description: 'only one scope per request' } : undefined) }, write),
  'step-up: endpoint gone': fault(AS, [/404/], { authorize: (a, c) => (wantsWrite(c) ? Answer.html(404, 'Not Found') : a) }, write),
  'step-up: other redirect': fault(AS, [/redirect/], { response: (p, c) => (wantsWrite(c) ? `${c.as}/callback?${p}` : p) }, write),
  'step-up: dead on arrival': fault(AS, [/exp|expires_in/], { claims: (k) => { if ((k.scope ?? '').includes('notes:write')) k.exp = now() - 10; return k; } }, write),
  'step-up: client refused': fault(AS, [/invalid_client|client/], { grant: (c) => { const k = c.codes.get(c.form.get('code')); return k?.scope.includes('notes:write') ? oauthError(401, 'invalid_client', 'client not found') : undefined; } }, write),

  // Attempts.
  'bad token is sent to the login': fault(RS, [/302/], bad(() => Answer.to('/login'))),
  'bad token gets a page': fault(RS, [/200|HTML/], bad(() => Answer.html(200, 'Please sign in'))),
  'DELETE without a token': fault(RS, [/DELETE/], { before: (c) => (c.where === 'mcp' && c.method === 'DELETE' && !auth(c) ? new Answer(200) : undefined) }),
  'slash without a token': fault(RS, [/slash/i], { before: (c) => (c.side === 'rs' && c.method === 'POST' && c.path === `${c.d.mcpPath}/` && !auth(c) ? Answer.json(200, { jsonrpc: '2.0', id: JSON.parse(c.text).id, result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'x', version: '1' } } }) : undefined) }, { shape: 'spring' }),
  'old refresh token 500': fault(AS, [/500/], { grant: (c) => { if (c.grant !== 'refresh_token') return undefined; const t = c.form.get('refresh_token'); c.world.used ??= new Set(); if (c.world.used.has(t)) return Answer.json(500, { error: 'duplicate key' }); c.world.used.add(t); } }),
  'used code 500': fault(AS, [/500/], { grant: (c) => { if (c.grant !== 'authorization_code') return undefined; const t = c.form.get('code'); c.world.used ??= new Set(); if (c.world.used.has(t)) return Answer.json(500, { error: 'row not found' }); c.world.used.add(t); } }),
  'session is enough': fault(RS, [/tools\/list|without a token/], { before: (c) => { if (c.where === 'mcp' && c.method === 'POST' && !auth(c) && c.req.headers['mcp-session-id'] && c.sessions.has(c.req.headers['mcp-session-id'])) { const m = JSON.parse(c.text); if (m.id !== undefined) return Answer.json(200, { jsonrpc: '2.0', id: m.id, result: { tools: [] } }); } } }, { shape: 'keycloak' }),
};
