// The authorization request and its answer, the code and its verifier, the token and its successor, more rights, and the messages of MCP.

import crypto from 'node:crypto';
import { Answer, oauthError } from '../kit.mjs';
import { RS, AS, CL, fault, at } from '../table.mjs';

const page = (answer) => at('authorize', answer);
const sent = (change) => at('authorize', (a, c) => (a.status === 302 ? change(a, c) ?? a : a));
const back = (change) => ({ response: (p, c) => change(p, c) ?? p });
const error = (error, error_description) => ({ consent: () => ({ error, ...(error_description && { error_description }) }) });
const uri = (c) => c.query.get('redirect_uri');
const code = (answer) => ({ grant: (c) => (c.grant === 'authorization_code' ? answer(c) : undefined) });
const fresh = (answer) => ({ grant: (c) => (c.grant === 'refresh_token' ? answer(c) : undefined) });
const set = (name, value) => ({ tokenReply: (r) => { r[name] = typeof value === 'function' ? value(r) : value; return r; } });
const renewed = (change) => ({ tokenReply: (r, c, again) => (again ? change(r, c) ?? r : r) });
const ok = (change) => at('token', (a, c) => (a.status === 200 ? change(a, c) ?? a : a));
const tool = (change) => ({ mcp: (a, c) => (c.kind === 'insufficient' ? change(a, c) ?? a : a) });
const on = (method, answer) => ({ mcp: (a, c) => (c.rpc === method ? answer(a, c) ?? a : a) });
const rpc = (method, change) => ({ rpcReply: (r, c) => (c.rpc === method ? change(r, c) ?? r : r) });
const write = { tool: 'write_note' };
const sha256 = (v) => crypto.createHash('sha256').update(v).digest('base64url');
const newest = { shape: 'spring', with: { stateless: true }, args: ['--spec', '2026-07-28'] };
const fail = (c, status, code, message) => Answer.json(status, { jsonrpc: '2.0', id: c.message?.id ?? null, error: { code, message } });

export default {
  // Authorization request.
  'localhost wanted': fault(AS, [/redirect_uri/, /localhost/], page(() => Answer.html(400, 'redirect_uri: use http://localhost instead of http://127.0.0.1'))),
  'scope too long': fault([AS, RS], [/scope/, /200/], error('invalid_request', 'scope exceeds 200 characters')),
  'resource must be a GUID': fault([AS, RS], [/resource/, /GUID/], error('invalid_target', 'resource must be the GUID of an API')),
  'code to copy': fault(AS, [/200/, /redirect/i], sent((a) => Answer.html(200, `Please copy this code into your application: ${new URL(a.get('location')).searchParams.get('code')}`))),
  'script that goes there': fault(AS, [/200/, /redirect|script/i], sent((a) => new Answer(200, `<html><script>window.location = ${JSON.stringify(a.get('location'))}</script></html>`, { 'Content-Type': 'text/html' }))),
  'link to click': fault(AS, [/200/, /redirect/i], sent((a) => new Answer(200, `<html><body>Done. <a href="${a.get('location').replaceAll('&', '&amp;')}">Back to the application</a></body></html>`, { 'Content-Type': 'text/html' }))),
  'sign-in at a dead port': fault(AS, [/127\.0\.0\.1:1\b/], page(() => Answer.to('http://127.0.0.1:1/login'))),
  'Kerberos': fault(AS, [/401/, /Negotiate/], page(() => Answer.html(401, 'Unauthorized', { 'WWW-Authenticate': 'Negotiate' }))),
  'Basic': fault(AS, [/401/, /Basic/], page(() => Answer.html(401, 'Authorization Required', { 'WWW-Authenticate': 'Basic realm="idp"' }))),
  'country': fault([AS, CL], [/403/, /country/], page(() => Answer.html(403, 'This service is not available in your country'))),
  'Shibboleth': fault(AS, [/500/, /opensaml/], page(() => Answer.html(500, 'opensaml::FatalProfileException'))),
  'registration_required': fault([AS, CL], [/registration_required/], error('registration_required', 'client must be registered at the portal')),
  'account_selection_required': fault([AS, CL], [/account_selection_required/], error('account_selection_required')),
  'invalid_request_uri': fault(AS, [/invalid_request_uri/], error('invalid_request_uri', 'request_uri is required')),

  // What arrives.
  'code cut': fault(AS, [/code/, /invalid_grant/], back((p) => p.set('code', p.get('code').slice(0, 10)))),
  'state in the fragment': fault(AS, [/state/, /fragment|#/], back((p, c) => `${uri(c)}?code=${p.get('code')}#state=${p.get('state')}`)),
  'names with brackets': fault(AS, [/code/, /\[\]/], back((p, c) => `${uri(c)}?code[]=${p.get('code')}&state[]=${p.get('state')}`)),
  'all in one parameter': fault(AS, [/code/, /data/], back((p, c) => `${uri(c)}?data=${encodeURIComponent(JSON.stringify(Object.fromEntries(p)))}`)),
  'ticket': fault(AS, [/code/, /ticket/], back((p, c) => `${uri(c)}?ticket=ST-1-${p.get('code')}&state=${p.get('state')}`)),
  'SAML': fault(AS, [/code/, /SAMLResponse/], back((p, c) => `${uri(c)}?SAMLResponse=PHNhbWw%2B&RelayState=${p.get('state')}`)),
  'authorization_code for code': fault(AS, [/`?code`?/, /authorization_code/], back((p) => { p.set('authorization_code', p.get('code')); p.delete('code'); })),
  'iss of the resource': fault(AS, [/iss/, /\/mcp/], back((p, c) => p.set('iss', c.resource)), { shape: 'spring' }),
  'iss with a space': fault(AS, [/iss/, /space/], back((p, c) => p.set('iss', `${c.issuer} `)), { shape: 'spring' }),

  // Verifier.
  'verifier hashed twice': fault(AS, [/code_verifier|PKCE/], { pkce: (v, ch) => sha256(sha256(v)) === ch }),
  'challenge in small letters': fault(AS, [/code_verifier|PKCE/], { pkce: (v, ch) => sha256(v) === ch.toLowerCase() }),
  'verifier in hex': fault(AS, [/code_verifier/], code(() => oauthError(400, 'invalid_request', 'code_verifier must be hexadecimal'))),

  // Token.
  'BearerToken': fault(AS, [/token_type/, /BearerToken/], set('token_type', 'BearerToken')),
  'type as a URN': fault(AS, [/token_type/, /urn:ietf/], set('token_type', 'urn:ietf:params:oauth:token-type:access_token')),
  'expires_in empty': fault(AS, [/expires_in/, /empty|string/], set('expires_in', '')),
  'expires_in with a unit': fault(AS, [/expires_in/, /1h/], set('expires_in', '1h')),
  'comma too many': fault(AS, [/JSON/], ok((a) => { a.body = a.body.replace(/\}$/, ',}'); })),
  'error beside the token': fault(AS, [/error/, /invalid_scope/], set('error', 'invalid_scope')),
  'scope in quotes': fault(AS, [/scope/, /quot|"/], set('scope', (r) => `"${r.scope}"`), { shape: 'spring' }),
  'scope as text of a list': fault(AS, [/scope/, /\[/], set('scope', (r) => JSON.stringify(r.scope.split(' '))), { shape: 'spring' }),
  'scope percent-encoded': fault(AS, [/scope/, /%3A/], set('scope', (r) => encodeURIComponent(r.scope)), { shape: 'spring' }),
  'authorization_pending': fault(AS, [/authorization_pending/], code(() => oauthError(400, 'authorization_pending', 'the request waits for approval'))),
  'mfa_required': fault([AS, CL], [/mfa_required/], code(() => Answer.json(403, { error: 'mfa_required', error_description: 'Multifactor authentication required', mfa_token: 'x' })), { shape: 'auth0' }),
  'SOAP': fault(AS, [/400/, /fault|SOAP|XML/i], code(() => new Answer(400, '<soap:Envelope xmlns:soap="x"><soap:Body><soap:Fault><faultstring>bad grant</faultstring></soap:Fault></soap:Body></soap:Envelope>', { 'Content-Type': 'text/xml' }))),
  'Tomcat': fault(AS, [/400/, /HTTP Status 400|HTML/], code(() => Answer.html(400, 'HTTP Status 400 – Bad Request'))),
  'overloaded': fault(AS, [/503/, /temporarily_unavailable/], code(() => oauthError(503, 'temporarily_unavailable', 'overloaded'))),
  'redirect URI compared in its encoding': fault(AS, [/redirect_uri/], code(() => oauthError(400, 'invalid_grant', 'redirect_uri mismatch: http%3A%2F%2F127.0.0.1%3A33418%2Fcallback'))),
  'user agent': fault(AS, [/403/, /User-Agent/], code(() => Answer.json(403, { message: 'User-Agent not allowed' }))),
  'origin of the resource only': fault(AS, [/resource/, /origin/], code(() => oauthError(400, 'invalid_target', 'resource must be an origin without a path'))),

  // Refresh.
  'refresh: too early': fault(AS, [/refresh/i, /60 seconds/], fresh(() => oauthError(400, 'invalid_request', 'refresh is allowed only in the last 60 seconds of the access token'))),
  'refresh: code wanted': fault(AS, [/refresh/i, /code/], fresh(() => oauthError(400, 'invalid_request', 'Missing required parameter: code'))),
  'refresh: offline access': fault([AS, CL], [/offline_access/], fresh(() => oauthError(400, 'invalid_grant', 'refresh tokens require the scope offline_access'))),
  'refresh: not used for long': fault([AS, CL], [/inactiv/, /refresh/i], fresh(() => oauthError(400, 'invalid_grant', 'refresh token revoked after 30 days of inactivity'))),
  'refresh: type changed to DPoP': fault(AS, [/token_type/, /DPoP/], renewed((r) => { r.token_type = 'DPoP'; })),
  'refresh: error in a form': fault(AS, [/refresh/i, /invalid_grant|gone/], fresh(() => new Answer(400, 'error=invalid_grant&error_description=gone', { 'Content-Type': 'application/x-www-form-urlencoded' }))),
  'refresh: 410': fault(AS, [/410/, /refresh/i], fresh(() => Answer.json(410, { message: 'session removed' }))),
  'refresh: empty list': fault(AS, [/array|object|JSON/], at('token', (a, c) => { if (c.grant === 'refresh_token' && a.status === 200) a.body = '[]'; })),

  // Step-up.
  'step-up: scope as a URL': fault(RS, [/scope/, /api\.notes\.example/], tool((a, c) => a.set('WWW-Authenticate', `Bearer error="insufficient_scope", scope="https://api.notes.example/notes:write", resource_metadata="${c.prmUrl}"`)), write),
  'step-up: realm only': fault(RS, [/403/, /insufficient_scope|scope/], tool((a) => a.set('WWW-Authenticate', 'Bearer realm="notes"')), write),
  'step-up: text': fault(RS, [/403/, /WWW-Authenticate|notes:write/], tool(() => new Answer(403, 'Forbidden: requires notes:write', { 'Content-Type': 'text/plain' })), write),
  'step-up: inside JSON-RPC': fault(RS, [/403/, /WWW-Authenticate/], tool((a, c) => fail(c, 403, -32003, 'Insufficient scope: notes:write')), write),
  'step-up: 200 stream with the words': fault(RS, [/200|403/, /scope/], tool((a, c) => new Answer(200, `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: c.message.id, error: { code: -32600, message: 'insufficient_scope: notes:write' } })}\n\n`, { 'Content-Type': 'text/event-stream' })), write),

  // Messages of MCP.
  'initialize: title wanted': fault(RS, [/-32602|400/, /clientInfo/], on('initialize', (a, c) => fail(c, 400, -32602, 'Invalid params: clientInfo.title is required'))),
  'initialize: result is text': fault(RS, [/result/, /string|object/], rpc('initialize', (r) => { r.result = 'ok'; })),
  'initialize: no serverInfo': fault(RS, [/serverInfo/], rpc('initialize', (r) => { delete r.result.serverInfo; })),
  'initialize: no capabilities': fault(RS, [/capabilities/], rpc('initialize', (r) => { delete r.result.capabilities; })),
  'initialize: snake case': fault(RS, [/protocolVersion/, /protocol_version/], rpc('initialize', (r) => { r.result.protocol_version = r.result.protocolVersion; delete r.result.protocolVersion; })),
  'version refused after it was agreed': fault(RS, [/400/, /version/i], on('tools/list', (a, c) => fail(c, 400, -32000, `Bad Request: Unsupported protocol version: ${c.req.headers['mcp-protocol-version']} (supported versions: 2024-11-05)`)), { shape: 'keycloak' }),
  'session in a header of its own': fault(RS, [/session/i, /400/], { mcp: (a, c) => { if (c.rpc === 'initialize') { const id = a.get('mcp-session-id'); a.drop('mcp-session-id').set('X-Session-Id', id); } return a; } }, { shape: 'keycloak' }),
  'stream of words': fault(RS, [/JSON|\[DONE\]/], on('initialize', () => new Answer(200, 'data: [DONE]\n\n', { 'Content-Type': 'text/event-stream' }))),
  'two answers in one body': fault(RS, [/JSON/], on('initialize', (a) => { if (a.status === 200) a.body = `${a.body}\n${a.body}`; }), { shape: 'spring' }),
  'not initialized': fault(RS, [/tools\/list/, /not initialized/i], on('tools/list', (a, c) => fail(c, 200, -32002, 'Server not initialized'))),
  'stateless: name of the tool': fault(RS, [/Mcp-Name/i], on('tools/call', (a, c) => fail(c, 400, -32020, 'header Mcp-Name is missing')), newest),
  'stateless: discover 500': fault(RS, [/500/, /server\/discover/], on('server/discover', () => Answer.json(500, { error: 'boom' })), newest),
  'June: version refused': fault(RS, [/400/, /2025-03-26|version/], on('tools/list', (a, c) => fail(c, 400, -32000, 'Bad Request: Unsupported protocol version (supported versions: 2025-03-26)')), { shape: 'keycloak', args: ['--spec', '2025-06-18'] }),
  '2025-03-26: nothing at the default path of registration': fault([RS, AS], [/404/, /regist/], { mcp: (a) => (a.status === 401 ? a.set('WWW-Authenticate', 'Bearer') : a), metadata: () => Answer.json(404, {}), before: (c) => (c.path === '/register' ? Answer.json(404, { error: 'not_found' }) : undefined) }, { shape: 'worker', args: ['--spec', '2025-03-26'], with: { mcpPath: '/mcp', prm: [], iss: false, anyResource: true, underIssuer: false } }),
};
