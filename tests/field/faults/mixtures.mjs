// Faults where the parties are one machine, where tokens cannot be read, where clients have secrets or push their requests, and in
// other revisions.

import { Answer, oauthError, sign, keys, now, random, insufficient } from '../kit.mjs';
import { RS, AS, CL, fault, at } from '../table.mjs';

const worker = (more = {}) => ({ shape: 'worker', ...more });
const fast = (more = {}) => ({ shape: 'fastmcp', ...more });
const code = (answer) => ({ grant: (c) => (c.grant === 'authorization_code' ? answer(c) : undefined) });
const fresh = (answer) => ({ grant: (c) => (c.grant === 'refresh_token' ? answer(c) : undefined) });
const reply = (change) => ({ tokenReply: (r, c, again) => change(r, c, again) ?? r });
const ok = (change) => at('token', (a, c) => (a.status === 200 ? change(a, c) ?? a : a));
const back = (change) => ({ response: (p, c) => change(p, c) ?? p });
const refuse = (status, body, header) => ({ judge: (c, token) => (token && c.tokens.has(token) ? Answer.json(status, body, header ? { 'WWW-Authenticate': header } : {}) : undefined) });
const because = (why) => refuse(401, { error: 'invalid_token' }, `Bearer error="invalid_token", error_description="${why}"`);
const rpc = (change) => ({ rpcReply: (r, c) => change(r, c) ?? r });
const on = (method, answer) => ({ mcp: (a, c) => (c.rpc === method ? answer(a, c) ?? a : a) });
const claims = (change) => ({ claims: (k, c) => change(k, c) ?? k });
const tool = (change) => ({ mcp: (a, c) => (c.kind === 'insufficient' ? change(a, c) ?? a : a) });
const auth = (c) => c.req.headers.authorization ?? '';
const hello = (c) => Answer.json(200, { jsonrpc: '2.0', id: JSON.parse(c.text || '{}').id ?? null, result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'x', version: '1' } } });
const mine = (more) => ({ client_id: 'notes-cli', redirect_uris: ['http://127.0.0.1:33418/callback'], ...more });
const pre = (...more) => ['--registration', 'preregistered', '--client-id', 'notes-cli', ...more];
const newest = { shape: 'spring', with: { stateless: true }, args: ['--spec', '2026-07-28'] };
const june = (more = {}) => ({ shape: 'keycloak', args: ['--spec', '2025-06-18'], ...more });
const pushes = (answer) => ({ metadataDocument: (d, c) => { d.pushed_authorization_request_endpoint = `${c.as}/par`; d.require_pushed_authorization_requests = true; return d; }, before: (c) => (c.path === '/par' ? answer(c) : undefined) });

export default {
  // One machine for both.
  'one: token 500': fault(AS, [/500/], at('token', () => Answer.html(500, 'Worker threw exception | Cloudflare')), worker()),
  'one: token is a page': fault(AS, [/HTML/i], at('token', () => Answer.html(200, 'Notes')), fast()),
  'one: authorize 404': fault(AS, [/404/, /authoriz/i], at('authorize', () => Answer.html(404, 'Not Found')), worker()),
  'one: state lost': fault(AS, [/state/], back((p) => p.delete('state')), fast()),
  'one: grant gone': fault(AS, [/Grant not found/], code(() => oauthError(400, 'invalid_grant', 'Grant not found or authorization code expired')), worker()),
  'one: opaque token refused': fault(RS, [/401/], because('Invalid access token'), worker()),
  'one: token_type missing': fault(AS, [/token_type/], reply((r) => { delete r.token_type; }), worker()),
  'one: expires_in as text': fault(AS, [/expires_in/, /string|"3600"/], reply((r) => { r.expires_in = '3600'; }), worker()),
  'one: cacheable': fault(AS, [/Cache-Control/], ok((a) => a.drop('Cache-Control').drop('Pragma')), worker()),
  'one: refresh refused': fault(AS, [/refresh/i, /invalid_grant/], fresh(() => oauthError(400, 'invalid_grant', 'refresh token not found')), fast()),
  'one: refresh never rotates': fault(AS, [/rotat|same|replace/i], {}, fast({ with: { rotates: false, methods: ['none'] } })),
  'one: 403 without a header': fault(RS, [/403/, /WWW-Authenticate/], tool((a) => a.drop('WWW-Authenticate')), worker({ tool: 'write_note' })),
  'one: code taken twice': fault(AS, [/code/, /twice|again|reuse|second/i], { keepsCodes: true }, worker()),
  'one: any verifier': fault(AS, [/code_verifier/], { pkce: () => true }, fast()),
  'one: any token': fault(RS, [/token/i, /accept/i], { mcp: (a, c) => (a.status === 401 && /^Bearer \S/i.test(auth(c)) && c.text.includes('"initialize"') ? hello(c) : a) }, worker()),
  'one: other port at the redirect': fault(AS, [/9999|port/], back((p, c) => `${c.query.get('redirect_uri').replace('33418', '9999')}?${p}`), worker()),
  'one: access_token null': fault(AS, [/access_token/, /null/], reply((r) => { r.access_token = null; }), fast()),
  'one: token of the registration': fault(AS, [/client/i], { grant: () => oauthError(401, 'invalid_client', 'Client not found') }, worker()),

  // Pushed requests.
  'pushed: 404': fault(AS, [/404/, /pushed/i], pushes(() => Answer.html(404, 'Not Found'))),
  'pushed: 500': fault(AS, [/500/, /pushed/i], pushes(() => Answer.json(500, { error: 'server_error' }))),
  'pushed: no request_uri': fault(AS, [/request_uri/], pushes(() => Answer.json(201, { expires_in: 60 }))),
  'pushed: refused': fault([AS, CL], [/pushed/i, /redirect_uri/], pushes(() => oauthError(400, 'invalid_request', 'redirect_uri not allowed in a pushed request'))),
  'pushed: forgotten': fault(AS, [/request_uri/], { ...pushes(() => Answer.json(201, { request_uri: 'urn:ietf:params:oauth:request_uri:abc', expires_in: 60 })), authorize: () => Answer.json(400, { error: 'invalid_request_uri', error_description: 'request_uri is unknown or has expired' }) }),

  // Clients with secrets.
  'secret: only Basic is read': fault(AS, [/client_secret_post|Basic/], { grant: (c) => (c.req.headers.authorization ? undefined : oauthError(401, 'invalid_client', 'HTTP Basic authentication is required', { 'WWW-Authenticate': 'Basic realm="as"' })) }, { with: { methods: ['client_secret_post'] } }),
  'secret: wrong': fault([CL], [/secret/], {}, { with: { clients: [mine({ token_endpoint_auth_method: 'client_secret_basic', client_secret: 'right' })], methods: ['client_secret_basic'] }, args: pre('--client-secret', 'wrong-one') }),
  'secret: wanted of a public client': fault([AS, CL], [/secret/], code((c) => oauthError(401, 'invalid_client', 'client_secret is missing')), { with: { clients: [mine()] }, args: pre() }),
  'secret: redirect not registered by hand': fault([CL, AS], [/redirect_uri/], {}, { with: { clients: [mine({ redirect_uris: ['https://app.example/cb'] })] }, args: pre() }),
  'secret: forgotten by refresh': fault(AS, [/client/i, /refresh/i], fresh(() => oauthError(401, 'invalid_client', 'Client authentication failed')), { shape: 'spring', with: { methods: ['client_secret_basic'] } }),

  // Tokens.
  'token: host in capitals': fault([AS, RS], [/aud/, /LOCALHOST|case/], { ...claims((k) => { k.aud = k.aud.replace('localhost', 'LOCALHOST'); }), accepts: (k, c) => (k && [].concat(k.aud).includes(c.resource) ? { scope: k.scope } : undefined) }, { shape: 'spring', with: { host: 'localhost' } }),
  'token: exp in a second': fault(AS, [/exp/], { claims: (k) => { k.exp = now() + 1; return k; }, judge: (c, t) => { const k = c.tokens.get(t ?? ''); return k && now() >= k.exp ? Answer.json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="token expired"' }) : undefined; } }),
  'token: of another client': fault([AS, RS], [/client_id|client/], { ...claims((k) => { k.client_id = 'other'; }), ...because('client_id claim does not match the registered client') }),
  'token: cut signature': fault([AS, RS], [/sign/i], { sign: (k) => sign(k).slice(0, -20), accepts: () => undefined }),
  'token: Cognito ID token': fault([AS, RS], [/ID token|token_use/i], { ...claims((k) => ({ ...k, token_use: 'id', aud: k.client_id, 'cognito:username': 'u', at_hash: 'x', email: 'a@example.com' })), ...because("token_use must be 'access'") }),
  'token: iat ahead, taken all the same': fault(AS, [/iat|clock/], claims((k) => { k.iat = now() + 400; k.exp = now() + 4000; })),
  'token: alg nobody knows': fault([AS, RS], [/alg/i], { sign: (k) => sign(k, { header: { alg: 'RSA' } }), ...because('unknown alg RSA') }),

  // At the MCP server.
  'cookie of the first answer wanted': fault([RS], [/403|400/, /cookie/i], { mcp: (a, c) => { if (c.kind !== 'call') return a; if (c.rpc === 'initialize') return a.set('Set-Cookie', 'node=a; Path=/'); return c.rpc === 'tools/list' && !c.req.headers.cookie ? Answer.json(400, { error: 'missing cookie node' }) : a; } }),
  'session gone at the tool': fault([RS], [/session|404/i], on('tools/call', () => Answer.json(404, { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } })), { shape: 'keycloak' }),
  'list: unauthorized inside': fault([RS], [/Unauthorized/, /200/], rpc((r, c) => (c.rpc === 'tools/list' ? { jsonrpc: '2.0', id: r.id, error: { code: -32001, message: 'Unauthorized' } } : r))),
  'call: internal error': fault([RS], [/-32603|Internal/], rpc((r, c) => (c.rpc === 'tools/call' ? { jsonrpc: '2.0', id: r.id, error: { code: -32603, message: 'Internal error' } } : r))),
  'list: error as text': fault([RS], [/error/i, /quota/], on('tools/list', () => Answer.json(200, { error: 'quota exceeded' }))),
  'initialize: invalid request': fault([RS], [/-32600|Invalid Request/], on('initialize', (a, c) => Answer.json(400, { jsonrpc: '2.0', id: c.message.id, error: { code: -32600, message: 'Invalid Request' } }))),
  'initialized: 400': fault([RS], [/400/, /initialized/], on('notifications/initialized', () => Answer.json(400, { error: 'unexpected notification' }))),
  'refresh ends the session': fault([RS], [/session|404/i], { judge: (c, t) => (t && [...c.tokens.keys()].indexOf(t) > 0 && c.req.headers['mcp-session-id'] ? Answer.json(404, { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } }) : undefined) }, { shape: 'keycloak' }),

  // Step-up.
  'step-up: token endpoint 500': fault(AS, [/500/], { grant: (c) => { const k = c.codes.get(c.form.get('code')); return k?.scope.includes('notes:write') ? Answer.json(500, { error: 'boom' }) : undefined; } }, { tool: 'write_note', shape: 'keycloak' }),
  'step-up: token answer cut': fault(AS, [/JSON|cut/i], ok((a, c) => { if ((JSON.parse(a.body).scope ?? '').includes('notes:write')) a.body = a.body.slice(0, 40); }), { tool: 'write_note', shape: 'keycloak' }),
  'step-up: token without a type': fault(AS, [/token_type/], reply((r) => { if ((r.scope ?? '').includes('notes:write')) delete r.token_type; }), { tool: 'write_note', shape: 'keycloak' }),
  'step-up: iss of another': fault(AS, [/iss/, /other\.example/], { response: (p, c) => { if ((c.query.get('scope') ?? '').includes('notes:write')) p.set('iss', 'https://other.example'); return p; } }, { tool: 'write_note', shape: 'keycloak' }),

  // One node of two, and limits that strike the wrong one.
  'node: resource metadata gone': fault(RS, [/404/, /well-known|metadata/], { prm: (a, c) => (c.method === 'GET' && c.nth % 2 === 0 ? Answer.json(404, { error: 'not_found' }) : a) }, { shape: 'auth0' }),
  'node: server metadata breaks': fault(AS, [/500/, /metadata|well-known/], { metadata: (a, c) => (a.status === 200 && (c.world.m = (c.world.m ?? 0) + 1) % 2 === 0 ? Answer.html(500, 'Internal Server Error') : a) }, { shape: 'workos', with: { documents: ['oauth'] } }),
  'node: authorize 502': fault(AS, [/502/], { authorize: (a, c) => (c.nth % 2 === 0 ? Answer.html(502, 'Bad Gateway') : a) }, { shape: 'keycloak' }),
  'node: refresh unknown there': fault(AS, [/refresh/i, /invalid_grant/], { token: (a, c) => (c.grant === 'refresh_token' && c.nth % 2 === 0 ? oauthError(400, 'invalid_grant', 'refresh token not found') : a) }, { shape: 'spring' }),

  // Other revisions.
  '2026: iss forgotten': fault(AS, [/iss/], back((p) => p.delete('iss')), newest),
  '2026: iss of another': fault(AS, [/iss/, /evil\.example/], back((p) => p.set('iss', 'https://evil.example')), newest),
  '2026: refresh refused': fault(AS, [/refresh/i, /invalid_grant/], fresh(() => oauthError(400, 'invalid_grant', 'gone')), newest),
  '2026: aud wrong': fault(AS, [/aud/, /api:\/\/default/], { ...claims((k) => { k.aud = 'api://default'; }), accepts: (k, c) => (k && [].concat(k.aud).includes(c.resource) ? { scope: k.scope } : undefined) }, newest),
  '2026: list refused': fault(RS, [/401/, /tools\/list/], on('tools/list', () => Answer.json(401, { error: 'unauthorized' }, { 'WWW-Authenticate': 'Bearer error="invalid_token"' })), newest),
  '2026: token form-encoded': fault(AS, [/form|x-www-form/], ok((a) => { a.body = String(new URLSearchParams(JSON.parse(a.body))); a.set('Content-Type', 'application/x-www-form-urlencoded'); }), newest),
  '2026: step-up names nothing': fault(RS, [/scope/, /403/], tool((a, c) => a.set('WWW-Authenticate', `Bearer error="insufficient_scope", resource_metadata="${c.prmUrl}"`)), { ...newest, tool: 'write_note', shape: 'keycloak' }),
  'June: resource refused at the token': fault(AS, [/resource/], code(() => oauthError(400, 'invalid_target', 'resource not allowed here')), june()),
  'June: 403 without a header': fault(RS, [/403/], tool((a) => a.drop('WWW-Authenticate')), june({ tool: 'write_note' })),
  'June: state altered': fault(AS, [/state/], back((p) => p.set('state', 'x')), june()),
  'June: aud wrong': fault(AS, [/aud/, /account/], { ...claims((k) => { k.aud = 'account'; }), accepts: (k, c) => (k && [].concat(k.aud).includes(c.resource) ? { scope: k.scope } : undefined) }, june()),
  'June: token cacheable': fault(AS, [/Cache-Control/], ok((a) => a.drop('Cache-Control').drop('Pragma')), june()),
};
