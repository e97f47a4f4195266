// Half-finished integrations: members copied from another product, answers of handlers for something else, settings of an operator who
// guessed, and the same faults in other revisions.

import { Answer, oauthError, sign, now, random } from '../kit.mjs';
import { RS, AS, CL, fault, at, on401, challenge } from '../table.mjs';

const held = (answer) => ({ judge: (c, t) => (t && c.tokens.has(t) ? answer(c, t) : undefined) });
const json = (status, body, headers) => held(() => Answer.json(status, body, headers));
const html = (status, title, body, headers) => new Answer(status, `<!DOCTYPE html><html><head><title>${title}</title></head><body>${body}</body></html>`, { 'Content-Type': 'text/html', ...headers });
const page = (answer) => at('authorize', answer);
const back = (change) => ({ response: (p, c) => change(p, c) ?? p });
const error = (error, error_description) => ({ consent: () => ({ error, ...(error_description && { error_description }) }) });
const uri = (c) => c.query.get('redirect_uri');
const prm = (change) => ({ prmDocument: (d, c) => change(d, c) ?? d });
const meta = (change) => ({ metadataDocument: (d, c) => change(d, c) ?? d });
const client = (change) => ({ client: (d, c) => change(d, c) ?? d });
const register = (answer) => at('register', (a, c) => (c.method === 'POST' ? answer(c, a) : a));
const code = (answer) => ({ grant: (c) => (c.grant === 'authorization_code' ? answer(c) : undefined) });
const fresh = (answer) => ({ grant: (c) => (c.grant === 'refresh_token' ? answer(c) : undefined) });
const set = (name, value) => ({ tokenReply: (r) => { r[name] = typeof value === 'function' ? value(r) : value; return r; } });
const tool = (change) => ({ mcp: (a, c) => (c.kind === 'insufficient' ? change(a, c) ?? a : a) });
const on = (method, answer) => ({ mcp: (a, c) => (c.rpc === method ? answer(a, c) ?? a : a) });
const rpc = (method, change) => ({ rpcReply: (r, c) => (c.rpc === method ? change(r, c) ?? r : r) });
const fail = (c, status, code, message) => Answer.json(status, { jsonrpc: '2.0', id: c.message?.id ?? null, error: { code, message } });
const strict = (change) => ({ claims: (k, c) => change(k, c) ?? k, accepts: (k, c) => (k && [].concat(k.aud ?? []).includes(c.resource) && k.iss === c.issuer && k.exp > now() ? { scope: k.scope ?? '' } : undefined) });
const mine = (more = {}) => ({ clients: [{ client_id: 'notes-cli', redirect_uris: ['http://127.0.0.1:33418/callback'], ...more }] });
const pre = (...more) => ['--registration', 'preregistered', '--client-id', 'notes-cli', ...more];
const june = (more = {}) => ({ shape: 'auth0', args: ['--spec', '2025-06-18'], ...more });
const november = (more = {}) => ({ shape: 'fastmcp', args: ['--spec', '2025-11-25'], ...more });
const newest = (more = {}) => ({ shape: 'keycloak', args: ['--spec', '2026-07-28'], ...more, with: { stateless: true, ...more.with } });
const march = (hooks, more = {}) => [{ ...challenge('Bearer'), ...hooks }, { shape: 'worker', args: ['--spec', '2025-03-26'], ...more, with: { mcpPath: '/mcp', prm: [], iss: false, anyResource: true, ...more.with } }];
const entra = { shape: 'entra' };
const write = { tool: 'write_note' };

export default {
  // Challenge and documents.
  'challenge: scope of the wrong product': fault([RS], [/scope/, /repo/], challenge((c) => `Bearer resource_metadata="${c.prmUrl}", scope="repo read:user"`), { shape: 'keycloak' }),
  'challenge: url of the second endpoint': fault(RS, [/resource_metadata/, /sse/], challenge((c) => `Bearer resource_metadata="${c.rs}/.well-known/oauth-protected-resource/sse"`), { shape: 'okta' }),
  'challenge: Bearer error only in the body': fault(RS, [/WWW-Authenticate/, /401/], on401((a, c) => a.drop('WWW-Authenticate') && Object.assign(a, { body: JSON.stringify({ error: 'invalid_token', resource_metadata: c.prmUrl }) })), { shape: 'spring' }),
  'challenge: 401 with Set-Cookie and a form': fault(RS, [/WWW-Authenticate/], on401(() => html(401, 'Sign in', '<form method="post"><input name="user"></form>', { 'Set-Cookie': 'sid=1' })), { shape: 'spring' }),
  'prm: authorization_servers of the metadata urls': fault(RS, [/authorization_servers/, /oauth-authorization-server/], prm((d, c) => { d.authorization_servers = [`${c.issuer}/.well-known/oauth-authorization-server`]; }), entra),
  'prm: resource with upper-case path': fault(RS, [/resource/, /MCP/], prm((d) => { d.resource = d.resource.replace('/mcp', '/MCP'); }), november()),
  'prm: resource of the version before': fault(RS, [/resource/, /\/v1\/mcp/], prm((d) => { d.resource = d.resource.replace('/v2/', '/v1/'); }), { shape: 'auth0', with: { mcpPath: '/v2/mcp' } }),
  'prm: authorization_servers of two, first is dead': fault([RS, AS], [/authorization_servers/, /127\.0\.0\.1:1\b/], prm((d, c) => { d.authorization_servers = ['http://127.0.0.1:1', c.issuer]; }), { shape: 'spring' }),
  'metadata: issuer of the MCP server': fault([AS, RS], [/issuer/, /mcp/], meta((d, c) => { d.issuer = c.resource; }), { shape: 'okta' }),
  'metadata: token endpoint twice slashed': fault(AS, [/404/, /token/], { ...meta((d) => { d.token_endpoint = d.token_endpoint.replace(/\/token$/, '//token'); }) }, { shape: 'workos' }),
  'metadata: methods of secrets only': fault([AS, CL], [/client_secret_jwt/], {}, { with: { methods: ['client_secret_jwt'] } }),
  'metadata: grant types say implicit': fault(AS, [/grant_types_supported/, /implicit/], meta((d) => { d.grant_types_supported = ['implicit']; })),
  'metadata: PKCE of another spelling': fault(AS, [/code_challenge_methods_supported/, /SHA-256|S256/], meta((d) => { d.code_challenge_methods_supported = ['SHA-256']; }), entra),

  // Registration and ids.
  'registration: answers the metadata': fault(AS, [/client_id/, /issuer|members/], register((c) => Answer.json(201, { issuer: c.issuer, token_endpoint: c.at.token }))),
  'registration: list of clients': fault(AS, [/client_id/, /array|list/], register(() => Answer.json(200, [{ client_id: 'a' }, { client_id: 'b' }]))),
  'registration: wants a name in ASCII': fault(AS, [/client_name/], register(() => oauthError(400, 'invalid_client_metadata', 'client_name must match ^[a-z]+$'))),
  'registration: wants https': fault(AS, [/redirect_uri/, /https/], register(() => oauthError(400, 'invalid_redirect_uri', 'redirect_uris[0] must use the https scheme'))),
  'registration: token of another audience': fault(AS, [/401/, /regist/i], register(() => Answer.json(401, { error: 'invalid_token', error_description: 'initial access token required' }, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }))),
  'registration: 400 in a page': fault(AS, [/400/, /software statement/i], register(() => html(400, 'Bad Request', '<p>A software statement is required</p>'))),
  'registration: secret for none, and demanded': fault(AS, [/secret/], { client: (d, c) => { d.client_secret = random(); d.client_secret_expires_at = 0; return d; }, authenticate: (cl, used) => (used === 'none' ? oauthError(401, 'invalid_client', 'client_secret required') : undefined) }, { shape: 'spring', with: { methods: ['none'] } }),
  'by hand: wrong tenant': fault([CL, AS], [/notes-cli/, /tenant/], { authorize: () => html(400, 'Error', "<p>Application 'notes-cli' was not found in tenant 'acme'</p>") }, { shape: 'auth0', with: mine(), args: pre() }),
  'by hand: redirect without the port': fault([CL, AS], [/redirect_uri/, /33418/], { authorize: () => Answer.html(400, 'redirect_uri http://127.0.0.1:33418/callback is not registered; registered: http://127.0.0.1/callback') }, { shape: 'okta', with: mine(), args: pre() }),
  'by hand: confidential client, no secret': fault([CL], [/secret/], {}, { shape: 'keycloak', with: { ...mine({ token_endpoint_auth_method: 'client_secret_post', client_secret: 'x' }), methods: ['client_secret_post'] }, args: pre() }),

  // Authorization and code.
  'authorize: error in a page with 200': fault([AS, CL], [/invalid_client/], page(() => html(200, 'Acme', '<h2>invalid_client</h2><p>Unknown application</p>'))),
  'authorize: maintenance page': fault(AS, [/maintenance/i], page(() => html(503, 'Acme', '<h1>Scheduled maintenance</h1>'))),
  'authorize: licence': fault([AS, CL], [/license|licence/i], page(() => html(402, 'Acme ID', '<p>Your license has expired</p>'))),
  'authorize: scope in the words': fault([AS, RS], [/scope/, /notes:read/], error('invalid_request', "The scope 'notes:read' is not configured for this application"), { shape: 'keycloak' }),
  'authorize: resource in the words': fault([AS, RS], [/resource/], error('invalid_request', 'Unrecognized parameter: resource'), { shape: 'auth0' }),
  'authorize: challenge too short': fault(AS, [/code_challenge/], error('invalid_request', 'code_challenge: minimum length is 44')),
  'callback: error and code empty': fault(AS, [/code/], back((p, c) => `${uri(c)}?code=&error=&state=${p.get('state')}`)),
  'callback: state of JSON': fault(AS, [/state/], back((p) => p.set('state', JSON.stringify({ state: p.get('state') })))),
  'callback: iss of another realm': fault(AS, [/iss/, /realms\/beta/], back((p, c) => p.set('iss', `${c.as}/realms/beta`)), { shape: 'keycloak' }),
  'callback: url of the web app': fault(AS, [/redirect/i, /app\.notes\.example/], back((p) => `https://app.notes.example/oauth/callback?${p}`)),

  // Token.
  'token: HAL': fault(AS, [/access_token/, /_embedded|embedded/], at('token', (a) => (a.status === 200 ? a.json((d) => ({ _embedded: { token: d } })) : a))),
  'token: list with one': fault(AS, [/array|list|object/], at('token', (a) => { if (a.status === 200) a.body = `[${a.body}]`; })),
  'token: says it expires yesterday': fault(AS, [/expires_in/, /-86400/], set('expires_in', -86400)),
  'token: type of HTTP Basic': fault(AS, [/token_type/, /Basic/], set('token_type', 'Basic')),
  'token: 401 without a word': fault(AS, [/401/], code(() => new Answer(401))),
  'token: client is locked': fault([AS, CL], [/locked/], code(() => oauthError(401, 'invalid_client', 'client is locked after too many attempts'))),
  'token: nonce wanted': fault([AS, CL], [/use_dpop_nonce|nonce/], code(() => oauthError(400, 'use_dpop_nonce', 'Authorization server requires nonce in DPoP proof', { 'DPoP-Nonce': 'abc' }))),
  'token: code for another redirect': fault(AS, [/redirect_uri/], code(() => oauthError(400, 'invalid_grant', 'The provided redirect_uri does not match the one used to obtain the code'))),
  'token: resource must be given once more': fault(AS, [/resource/], code(() => oauthError(400, 'invalid_target', 'resource parameter is required'))),
  'token: answer of GraphQL': fault(AS, [/access_token/, /data/], at('token', (a) => (a.status === 200 ? a.json((d) => ({ data: { login: { jwt: d.access_token } } })) : a))),

  // Use.
  'use: token of the wrong environment': fault([RS, AS], [/401/, /staging/], json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="token was issued for environment staging"' })),
  'use: scope by another name': fault([RS, AS], [/403/, /Notes\.ReadWrite/], json(403, { error: 'insufficient_scope', message: 'Required scp: Notes.ReadWrite' }), entra),
  'use: 401 in a page of a proxy': fault(RS, [/401/, /VPN/], held(() => html(401, 'Unauthorized', '<p>Connect to the company VPN first</p>'))),
  'use: 200 with a login page': fault(RS, [/HTML/, /200/], held(() => html(200, 'Log in to Notes', '<form method="post"></form>'))),
  'use: iss without the path': fault([AS, RS], [/iss/], strict((k, c) => { k.iss = c.as; }), { shape: 'okta' }),
  'use: aud of the authorization server': fault(AS, [/aud/], strict((k, c) => { k.aud = c.issuer; }), { shape: 'keycloak' }),
  'use: token is the ID token': fault([AS, RS], [/ID token|nonce|id_token/i], { sign: (k) => sign({ iss: k.iss, sub: k.sub, aud: k.client_id, exp: k.exp, iat: k.iat, email: 'a@example.com', nonce: 'x' }, { header: { typ: 'JWT' } }), accepts: () => undefined }, november()),
  'use: quota': fault([RS, CL], [/429/, /quota/i], json(429, { error: 'quota_exceeded', message: 'monthly quota used up' })),

  // Refresh, step-up.
  'refresh: needs the old redirect': fault(AS, [/redirect_uri/, /refresh/i], fresh(() => oauthError(400, 'invalid_request', 'redirect_uri is required'))),
  'refresh: 500 in a page': fault(AS, [/500/, /deadlock/], fresh(() => html(500, 'Error', '<p>deadlock detected</p>'))),
  'refresh: cache says hit': fault(AS, [/Cache-Control|access.token|same/i], { tokenReply: (r, c, again) => { c.world.kept ??= r; return again ? { ...c.world.kept } : r; } }, { shape: 'spring' }),
  'step-up: scope in another parameter': fault(RS, [/scope/, /required_scopes/], tool((a, c) => a.set('WWW-Authenticate', `Bearer error="insufficient_scope", required_scopes="notes:read notes:write", resource_metadata="${c.prmUrl}"`)), write),
  'step-up: 403 of JSON with the scope': fault(RS, [/403/, /WWW-Authenticate/], tool(() => Answer.json(403, { error: 'insufficient_scope', scope: 'notes:read notes:write' })), write),
  'step-up: elicitation': fault(RS, [/403|200/, /scope|permission/i], tool((a, c) => Answer.json(200, { jsonrpc: '2.0', id: c.message.id, result: { isError: true, content: [{ type: 'text', text: 'You need the permission notes:write (403 Forbidden)' }] } })), write),

  // Messages of MCP.
  'initialize: text of an exception': fault(RS, [/500/, /KeyError/], on('initialize', () => new Answer(500, "KeyError: 'authorization'", { 'Content-Type': 'text/plain' }))),
  'tools/list: 200 with a page': fault(RS, [/HTML/, /tools\/list/], on('tools/list', () => html(200, 'Notes', '<p>Welcome</p>'))),
  'tools/call: result is a text': fault(RS, [/result/, /string|object/], rpc('tools/call', (r) => { r.result = 'done'; })),
  'tools/list: tools null': fault(RS, [/tools/, /null/], rpc('tools/list', (r) => { r.result.tools = null; })),

  // Other revisions.
  'June: issuer differs': fault([AS, RS], [/issuer/, /other\.example/], meta((d) => { d.issuer = 'https://other.example'; }), june()),
  'June: token type missing': fault(AS, [/token_type/], { tokenReply: (r) => { delete r.token_type; return r; } }, june()),
  'June: registration refused': fault(AS, [/403/, /regist/i], register(() => Answer.json(403, { error: 'forbidden' })), june()),
  'November: state lost': fault(AS, [/state/], back((p) => p.delete('state')), november()),
  'November: 403 for 401': fault(RS, [/403/, /401/], on401((a) => Object.assign(a, { status: 403 })), november()),
  'newest: state altered': fault(AS, [/state/], back((p) => p.set('state', 'x')), newest()),
  'newest: registration 404': fault(AS, [/404/, /regist/i], register(() => Answer.json(404, { error: 'not_found' })), newest()),
  'newest: discover is a page': fault(RS, [/HTML/], on('server/discover', () => html(200, 'Notes', '<p>Hello</p>')), newest()),
  'newest: step-up by 401': fault(RS, [/401/, /403/], tool((a) => { a.status = 401; }), newest(write)),
  'March: token 500': fault([RS, AS], [/500/], ...march({ grant: () => Answer.json(500, { error: 'boom' }) })),
  'March: code misnamed': fault([RS, AS], [/code/, /auth_code/], ...march(back((p) => { p.set('auth_code', p.get('code')); p.delete('code'); }))),
  'March: expired token': fault([RS, AS], [/401/, /expired/], ...march(json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="token expired"' }))),
};
