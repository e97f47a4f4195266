// Servers that are right in ways a checker seldom meets after the authorization request: tokens, answers, streams, lives.

import crypto from 'node:crypto';
import { Answer, oauthError, sign, now, random } from './kit.mjs';
import { shapes } from './shapes.mjs';

const reply = (change) => ({ tokenReply: (r, c, again) => change(r, c, again) ?? r });
const back = (change) => ({ response: (p, c) => change(p, c) ?? p });
const ok = (change) => ({ token: (a, c) => (a.status === 200 && c.method === 'POST' ? change(a, c) ?? a : a) });
const rpc = (change) => ({ rpcReply: (r, c) => change(r, c) ?? r });
const mcp = (change) => ({ mcp: (a, c) => (c.kind === 'call' ? change(a, c) ?? a : a) });
const known = (k, c, kept) => (kept && kept.truth.exp > now() && [].concat(kept.truth.aud).includes(c.resource) ? { scope: kept.truth.scope } : undefined);
const uri = (c) => c.query.get('redirect_uri');
const write = { tool: 'write_note' };
const part = (x) => Buffer.from(x).toString('base64url');

export default {
  // Tokens.
  'JWE token': { hooks: { sign: () => [part('{"alg":"RSA-OAEP","enc":"A256GCM","typ":"at+jwt"}'), random(), random(), random(), random()].join('.'), accepts: known } },
  'JWE with dir': { hooks: { sign: () => `${part('{"alg":"dir","enc":"A256GCM"}')}..${random()}.${random()}.${random()}`, accepts: known } },
  'opaque token with dots': { hooks: { sign: () => `ya29.${random()}.${random()}`, accepts: known } },
  'GitHub-like token': { hooks: { sign: () => `ghu_${random().replace(/[-_]/g, '')}`, accepts: known } },
  'PASETO': { hooks: { sign: () => `v4.public.${random()}${random()}`, accepts: known } },
  'token with + / =': { hooks: { sign: () => `${crypto.randomBytes(24).toString('base64')}+/==`, accepts: known } },
  'reference token, long': { hooks: { sign: () => random().repeat(60), accepts: known } },
  'typ application/at+jwt': { hooks: { sign: (k) => sign(k, { header: { typ: 'application/at+jwt' } }) } },
  'no typ, no kid': { hooks: { sign: (k) => sign(k, { header: { typ: undefined, kid: undefined } }) } },
  'nbf and auth_time': { hooks: { claims: (k) => ({ ...k, nbf: now(), auth_time: now() - 4000, acr: '1', amr: ['pwd'], sid: 's' }) } },
  'clock two seconds ahead': { shape: 'spring', hooks: { claims: (k) => ({ ...k, iat: now() + 2, nbf: now() + 2, exp: now() + 3602 }) } },
  'no sub, no client_id': { hooks: { claims: (k) => { delete k.sub; delete k.client_id; return k; } } },
  'aud array of one': { hooks: { claims: (k) => ({ ...k, aud: [k.aud] }) } },
  'azp and cid': { shape: 'okta', hooks: { claims: (k) => ({ ...k, azp: k.client_id, cid: k.client_id, uid: '00u1' }) } },
  'cnf beside': { hooks: { claims: (k) => ({ ...k, may_act: { sub: 'agent' }, act: { sub: 'agent' } }) } },
  'exp with a fraction': { hooks: { claims: (k) => ({ ...k, exp: k.exp + 0.25, iat: k.iat + 0.5 }) } },

  // Answers of the token endpoint.
  'error null beside the token': { hooks: reply((r) => { r.error = null; }) },
  'more members': { hooks: reply((r) => { Object.assign(r, { refresh_expires_in: 1800, 'not-before-policy': 0, session_state: 'x', ext_expires_in: 3600, authorization_details: [], user_id: 7, issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' }); }) },
  'scope with other scopes too': { shape: 'keycloak', hooks: reply((r) => { r.scope = `openid profile ${r.scope} email`; }) },
  'Cache-Control with more': { hooks: ok((a) => a.set('Cache-Control', 'private, no-store, max-age=0, must-revalidate').drop('Pragma')) },
  'Cache-Control in capitals': { hooks: ok((a) => a.set('Cache-Control', 'No-Store')) },
  'Cache-Control in two lines': { hooks: ok((a) => a.set('Cache-Control', 'no-cache').add('Cache-Control', 'no-store')) },
  'json with a suffix': { hooks: ok((a) => a.set('Content-Type', 'application/json;charset=UTF-8;profile="x"')) },
  'whitespace around': { hooks: ok((a) => { a.body = `\r\n  ${a.body}\n\n`; }) },
  'escaped slashes': { hooks: ok((a) => { a.body = a.body.replaceAll('/', '\\/'); }) },
  'expires_in of a week': { with: { expires: 604800 } },
  'refresh token that is a JWT': { hooks: reply((r, c) => { const t = sign({ iss: c.issuer, sub: 'user-1', aud: c.issuer, typ: 'Refresh', exp: now() + 86400, jti: random() }); c.refreshes.set(t, c.refreshes.get(r.refresh_token)); r.refresh_token = t; }) },
  'refresh answers no refresh token': { shape: 'okta', with: { methods: ['client_secret_basic'] }, hooks: { keepsRefresh: true, ...reply((r, c, again) => { if (again) delete r.refresh_token; }) } },
  'refresh gives a shorter life': { shape: 'spring', hooks: reply((r, c, again) => { if (again) r.expires_in = 3599; }) },
  'refresh within a grace time': { hooks: { grant: (c) => { if (c.grant !== 'refresh_token') return undefined; const t = c.form.get('refresh_token'); c.world.first ??= new Map(); const kept = c.world.first.get(t); if (kept && kept.n > 1) return oauthError(400, 'invalid_grant', 'reuse'); c.world.first.set(t, { n: (kept?.n ?? 0) + 1 }); } } },
  'scope left out of the refresh, other order before': { shape: 'spring', hooks: reply((r, c, again) => { if (again) delete r.scope; else r.scope = r.scope.split(' ').reverse().join(' '); }) },
  'client secret of the registration, basic': { shape: 'keycloak', with: { methods: ['client_secret_basic'] } },
  '401 for a bad client only': { hooks: {}, shape: 'spring', with: { methods: ['client_secret_post', 'none'] } },

  // The way back.
  'redirect with 307': { hooks: { authorize: (a) => { if (a.status === 302) a.status = 307; return a; } } },
  'redirect with a page beside': { hooks: { authorize: (a) => { if (a.status === 302) { a.body = '<a href="/">Found</a>'; a.set('Content-Type', 'text/html'); } return a; } } },
  'empty fragment behind': { hooks: back((p, c) => `${uri(c)}?${p}#`) },
  'Facebook fragment behind': { hooks: back((p, c) => `${uri(c)}?${p}#_=_`) },
  'session cookies on the way': { hooks: { authorize: (a) => a.add('Set-Cookie', 'sid=abc; HttpOnly; Secure; SameSite=Lax').add('Set-Cookie', 'csrf=x; Path=/') } },
  'login page and back': { hooks: { before: (c) => (c.path === '/login' ? Answer.to(`${c.at.authorize}?${c.query}&checked=1`) : undefined), authorize: (a, c) => (c.query.has('checked') || a.status !== 302 ? a : Answer.to(`${c.as}/login?${c.query}`)) }, shape: 'spring' },
  'more parameters beside the code': { hooks: back((p) => { p.set('session_state', 'x.y'); p.set('authuser', '0'); p.set('prompt', 'consent'); p.set('hd', 'example.com'); }) },
  'code of 1500 characters': { hooks: back((p, c) => { const k = c.codes.get(p.get('code')); const long = random().repeat(47); c.codes.set(long, k); p.set('code', long); }) },
  'iss not advertised, and right': { shape: 'okta', hooks: back((p, c) => p.set('iss', c.issuer)) },

  // At the MCP server.
  'DPoP optional': { hooks: { metadataDocument: (d) => { d.dpop_signing_alg_values_supported = ['ES256']; return d; }, prmDocument: (d) => { d.dpop_signing_alg_values_supported = ['ES256']; d.dpop_bound_access_tokens_required = false; return d; } } },
  '204 for the notification': { hooks: mcp((a) => (a.status === 202 ? Object.assign(a, { status: 204 }) : a)) },
  'session id as a JWT': { shape: 'keycloak', hooks: { mcp: (a, c) => { const id = c.rpc === 'initialize' && a.get('mcp-session-id'); if (id) { const long = sign({ sid: id }); c.sessions.add(long); a.set('Mcp-Session-Id', long); } return a; } } },
  'session id repeated': { shape: 'keycloak', hooks: mcp((a, c) => { const id = c.req.headers['mcp-session-id']; if (id) a.set('Mcp-Session-Id', id); }) },
  'stream primed with an empty event': { with: { stream: true }, hooks: mcp((a) => { if (/stream/.test(a.get('content-type') ?? '')) a.body = `id: 0\ndata: \n\n${a.body}`; }) },
  'stream with several data lines': { with: { stream: true }, hooks: mcp((a) => { if (/stream/.test(a.get('content-type') ?? '')) a.body = a.body.replace(/data: \{/, 'data: {\ndata: '); }) },
  'stream without event name': { with: { stream: true }, hooks: mcp((a) => { if (/stream/.test(a.get('content-type') ?? '')) a.body = a.body.replace('event: message\n', '').replace('data: ', 'data:'); }) },
  'progress before the answer': { with: { stream: true }, hooks: mcp((a) => { if (/stream/.test(a.get('content-type') ?? '')) a.body = `event: message\ndata: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":0.5}}\n\n${a.body}`; }) },
  'many tools over two pages': { hooks: rpc((r, c) => { if (c.rpc === 'tools/list' && r.result) r.result.nextCursor = 'p2'; }) },
  'tool with an error of its own': { hooks: rpc((r, c) => { if (c.rpc === 'tools/call') r.result = { isError: true, content: [{ type: 'text', text: 'Note 7 not found' }] }; }) },
  'tool that wants arguments': { hooks: rpc((r, c) => (c.rpc === 'tools/call' ? { jsonrpc: '2.0', id: r.id, error: { code: -32602, message: 'Invalid arguments: id is required' } } : r)) },
  'DELETE not allowed': { hooks: { mcp: (a, c) => (c.method === 'DELETE' && a.status !== 401 ? Answer.json(405, { error: 'method not allowed' }, { Allow: 'POST' }) : a) } },
  'tools closed to guests': { hooks: { mcp: (a, c) => (c.rpc === 'tools/call' && c.kind === 'insufficient' ? a : a) }, ...write, shape: 'auth0' },
  'WWW-Authenticate on success': { hooks: mcp((a) => a.set('Authentication-Info', 'nextnonce="x"')) },
  'rate limit headers': { hooks: mcp((a) => a.set('X-RateLimit-Remaining', '3').set('RateLimit', 'limit=100, remaining=3, reset=50')) },
  ...Object.fromEntries(Object.keys(shapes).map((shape) => [`opaque tokens, ${shape}`, { shape, with: { token: 'opaque' } }])),
};
