// The token as a thing to be checked, the keys it is checked with, and what an MCP server does with requests that carry it.

import { Answer, sign, keys, now, random } from '../kit.mjs';
import { RS, AS, CL, fault, at, withToken } from '../table.mjs';

const claims = (change) => ({ claims: (k, c) => change(k, c) ?? k });
const strict = { accepts: (k, c) => (k && [].concat(k.aud ?? []).includes(c.resource) && k.iss === c.issuer && k.exp > now() && !(k.nbf > now()) ? { scope: k.scope ?? '' } : undefined) };
const refuse = (status, body, header, more = {}) => ({ judge: (c, token) => (token && c.tokens.has(token) ? Answer.json(status, body, { ...(header && { 'WWW-Authenticate': header }), ...more }) : undefined) });
const because = (why) => refuse(401, { error: 'invalid_token' }, `Bearer error="invalid_token", error_description="${why}"`);
const rpc = (change) => ({ rpcReply: (r, c) => change(r, c) ?? r });
const jwks = (change) => ({ jwks: (a, c) => (c.method === 'OPTIONS' ? a : change(a, c) ?? a) });
const not = { accepts: () => undefined };
const on = (method, answer) => ({ mcp: (a, c) => (c.rpc === method ? answer(a, c) ?? a : a) });

export default {
  // Claims.
  'aud in another case': fault([AS, RS], [/aud/, /MCP|case/], { ...strict, ...claims((k) => { k.aud = k.aud.replace('/mcp', '/MCP'); }) }, { shape: 'spring' }),
  'aud without the port': fault([AS, RS], [/aud/, /port/i], { ...strict, ...claims((k) => { k.aud = k.aud.replace(/:\d+\//, '/'); }) }, { shape: 'spring' }),
  'aud with https': fault([AS, RS], [/aud/, /https/], { ...strict, ...claims((k) => { k.aud = k.aud.replace('http:', 'https:'); }) }, { shape: 'keycloak' }),
  'aud localhost': fault([AS, RS], [/aud/, /localhost/], { ...strict, ...claims((k) => { k.aud = k.aud.replace('127.0.0.1', 'localhost'); }) }, { shape: 'auth0' }),
  'aud two in one string': fault([AS], [/aud/], { ...strict, ...claims((k) => { k.aud = `${k.aud} https://userinfo.example`; }) }, { shape: 'auth0' }),
  'aud percent-encoded': fault([AS], [/aud/, /%3A/], { ...strict, ...claims((k) => { k.aud = encodeURIComponent(k.aud); }) }, { shape: 'okta' }),
  'aud star': fault([AS, RS], [/aud/, /\*/], { ...strict, ...claims((k) => { k.aud = '*'; }) }, { shape: 'spring' }),
  'aud account': fault([AS], [/aud/, /account/], { ...strict, ...claims((k) => { k.aud = 'account'; }) }, { shape: 'keycloak' }),
  'aud empty list': fault([AS], [/aud/], { ...strict, ...claims((k) => { k.aud = []; }) }, { shape: 'workos' }),
  'iss with https': fault([AS, RS], [/iss/, /https/], { ...strict, ...claims((k) => { k.iss = k.iss.replace('http:', 'https:'); }) }, { shape: 'spring' }),
  'no exp': fault([AS], [/exp/], { ...not, ...claims((k) => { delete k.exp; }) }),
  'iat as text': fault([AS], [/iat/, /string/], { ...not, ...claims((k) => { k.iat = new Date().toISOString(); }) }),
  'nbf in a minute': fault([AS, RS], [/nbf|clock/], { ...strict, ...claims((k) => { k.nbf = now() + 90; }) }),
  'typ demanded': fault([AS, RS], [/typ|at\+jwt/], { ...not, sign: (k) => sign(k, { header: { typ: 'JWT' } }), ...because('invalid typ header, expected at+jwt') }),
  'azp demanded': fault([AS, RS], [/azp/], because('azp claim does not match any allowed client')),
  'alg not allowed': fault([AS, RS], [/PS256|alg/], { sign: (k) => sign(k, { header: { alg: 'PS256' } }), ...because('alg PS256 is not in the allow list') }),
  'sub missing': fault([RS, AS], [/500/, /sub/], { ...claims((k) => { delete k.sub; }), ...refuse(500, { error: "Cannot read properties of undefined (reading 'sub')" }) }),
  'scope demanded by another name': fault([RS, AS], [/403/, /scope|roles/i], refuse(403, { error: 'forbidden', message: 'Missing role mcp.user' })),
  'plain base64': fault([AS, RS], [/base64|padding|JWT/i], { sign: (k) => { const [h, p, s] = sign(k).split('.'); return `${Buffer.from(Buffer.from(h, 'base64url')).toString('base64')}.${Buffer.from(Buffer.from(p, 'base64url')).toString('base64')}.${s}`; }, ...because('Invalid base64url encoding in JWT header') }),
  'two segments': fault([AS, RS], [/JWT|segment|opaque/i], { sign: (k) => sign(k).split('.').slice(0, 2).join('.'), ...because('Not enough segments') }),
  'PASETO': fault([AS, RS], [/JWT|PASETO|opaque/i], { sign: () => `v4.public.${random()}${random()}`, ...because('IDX12741: JWT must have three segments (JWS) or five segments (JWE).') }),

  // Keys.
  'key for encryption': fault([AS, RS], [/key/i, /enc|use/], { ...jwks((a) => a.json((d) => { d.keys[0].use = 'enc'; })), ...because('no signing key found for kid k1') }),
  'keys behind authentication': fault([AS], [/jwks_uri/, /401/], jwks(() => Answer.json(401, { error: 'unauthorized' }))),
  'keys nowhere': fault([AS], [/jwks_uri/, /127\.0\.0\.1:1\b/], { metadataDocument: (d) => { d.jwks_uri = 'http://127.0.0.1:1/jwks'; return d; } }),
  'keys without kid': fault([AS, RS], [/kid|key/], { ...jwks((a) => a.json((d) => { delete d.keys[0].kid; })), ...because('Unable to find a signing key that matches: k1') }),
  'key of another kind': fault([AS, RS], [/key/i, /EC|kty/], { ...jwks((a) => a.json((d) => { d.keys = [{ kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0', kid: 'k1', use: 'sig', alg: 'ES256' }]; })), ...because('key k1 cannot verify RS256') }),

  // Answers to requests with the token.
  '498': fault(RS, [/498/], refuse(498, { error: 'Invalid Token' })),
  '419': fault(RS, [/419/], refuse(419, { message: 'CSRF token mismatch.' })),
  '407': fault([RS], [/407/], refuse(407, { error: 'proxy authentication required' }, undefined, { 'Proxy-Authenticate': 'Basic realm="proxy"' })),
  '503 while it warms up': fault(RS, [/503/], refuse(503, { error: 'warming up' }, undefined, { 'Retry-After': '30' })),
  'wants a key beside': fault(RS, [/X-API-Key/i], refuse(401, { error: 'Missing X-API-Key header' })),
  'wants another scheme': fault(RS, [/Token/, /401/], refuse(401, { error: 'Authorization header must be "Token <key>"' }, 'Token')),
  'wants DPoP': fault([RS, AS], [/DPoP/], refuse(401, { error: 'invalid_token' }, 'DPoP algs="ES256", error="invalid_token", error_description="DPoP proof required"')),
  'address not allowed': fault([RS, CL], [/403/, /203\.0\.113\.7|IP/], refuse(403, { error: 'IP 203.0.113.7 is not on the allow list' })),
  'no licence': fault([RS, CL], [/402/], refuse(402, { error: 'subscription expired' })),
  'insufficient_scope with 401 at once': fault([RS], [/401/, /insufficient_scope/], refuse(401, { error: 'insufficient_scope' }, 'Bearer error="insufficient_scope", scope="notes:admin"')),
  'always the first challenge': fault([RS], [/401/], { judge: (c, t) => (t && c.tokens.has(t) ? Answer.json(401, c.d.unauthorized, { 'WWW-Authenticate': c.d.challenge(c) }) : undefined) }, { shape: 'spring' }),
  'introspection says inactive': fault([RS, AS], [/401/, /active/], because('token introspection returned active=false')),
  'passed on to the API behind': fault([RS], [/401/, /upstream|GitHub|Bad credentials/], { mcp: (a, c) => (c.rpc === 'tools/call' ? Answer.json(401, { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest' }, { 'WWW-Authenticate': 'Bearer realm="upstream"' }) : a) }),
  'initialized refused': fault([RS], [/401/, /initialized/], on('notifications/initialized', () => Answer.json(401, { error: 'unauthorized' }, { 'WWW-Authenticate': 'Bearer' }))),
  'error event': fault([RS], [/unauthorized/i, /200/], { judge: (c, t) => (t && c.tokens.has(t) ? new Answer(200, 'event: error\ndata: {"error":"unauthorized","message":"Unauthorized"}\n\n', { 'Content-Type': 'text/event-stream' }) : undefined) }, { with: { stream: true } }),
  'error message in a stream': fault([RS], [/Unauthorized/i, /200/], { judge: (c, t) => (t && c.tokens.has(t) ? new Answer(200, `event: message\ndata: {"jsonrpc":"2.0","id":${JSON.parse(c.text).id ?? null},"error":{"code":-32001,"message":"Unauthorized: token rejected"}}\n\n`, { 'Content-Type': 'text/event-stream' }) : undefined) }, { with: { stream: true } }),
  'old transport': fault([RS], [/405|SSE|event/i], { judge: (c, t) => (t && c.method === 'POST' ? Answer.json(405, { detail: 'Method Not Allowed' }, { Allow: 'GET' }) : undefined) }),
  'session id with a space': fault([RS], [/Mcp-Session-Id/i], on('initialize', (a) => a.set('Mcp-Session-Id', 'session one'))),
  'session id empty': fault([RS], [/Mcp-Session-Id|session/i], on('initialize', (a) => a.set('Mcp-Session-Id', ''))),
  'session on another node': fault([RS], [/session/i], { mcp: (a, c) => (c.rpc === 'tools/list' ? Answer.json(400, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'Bad Request: No valid session ID provided' } }) : a) }, { with: { sessions: true } }),
  'no tools member': fault([RS], [/tools/], rpc((r, c) => { if (c.rpc === 'tools/list') r.result = {}; })),
  'tools as an object': fault([RS], [/tools/, /object|array/], rpc((r, c) => { if (c.rpc === 'tools/list') r.result.tools = { read_note: {} }; })),
  'protocolVersion a number': fault([RS], [/protocolVersion/], rpc((r, c) => { if (c.rpc === 'initialize') r.result.protocolVersion = 20251125; })),
  'protocolVersion of the future': fault([RS], [/2099-01-01/], rpc((r, c) => { if (c.rpc === 'initialize') r.result.protocolVersion = '2099-01-01'; })),
  'tools/call 500 with a trace': fault([RS], [/500/, /tools\/call/], on('tools/call', () => Answer.html(500, 'Traceback (most recent call last)'))),
  'tools/call closes': fault([RS], [/tools\/call|clos|answer/i], on('tools/call', () => Answer.raw(''))),
  'redirected with the token': fault([RS], [/307|308/], { judge: (c, t) => (t && c.tokens.has(t) ? Answer.to('https://mcp.invalid/mcp', 307) : undefined) }),
};
