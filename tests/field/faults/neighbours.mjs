// What stands beside the protocol and is taken for it: portals, upstream identity providers, monitoring, other versions of an API, tools
// that pass errors on.

import { Answer, oauthError, sign, now, random } from '../kit.mjs';
import { RS, AS, CL, fault, at, on401, challenge } from '../table.mjs';

const held = (answer) => ({ judge: (c, t) => (t && c.tokens.has(t) ? answer(c, t) : undefined) });
const json = (status, body, headers) => held(() => Answer.json(status, body, headers));
const html = (status, title, body, headers) => new Answer(status, `<!DOCTYPE html><html><head><title>${title}</title></head><body>${body}</body></html>`, { 'Content-Type': 'text/html', ...headers });
const text = (status, body, headers) => new Answer(status, body, { 'Content-Type': 'text/plain', ...headers });
const side = (answer) => ({ before: (c) => (c.side === 'rs' ? answer(c) : undefined) });
const asSide = (answer) => ({ before: (c) => (c.side === 'as' ? answer(c) : undefined) });
const page = (answer) => at('authorize', answer);
const back = (change) => ({ response: (p, c) => change(p, c) ?? p });
const uri = (c) => c.query.get('redirect_uri');
const prm = (change) => ({ prmDocument: (d, c) => change(d, c) ?? d });
const meta = (change) => ({ metadataDocument: (d, c) => change(d, c) ?? d });
const register = (answer) => at('register', (a, c) => (c.method === 'POST' ? answer(c, a) : a));
const client = (change) => ({ client: (d, c) => change(d, c) ?? d });
const code = (answer) => ({ grant: (c) => (c.grant === 'authorization_code' ? answer(c) : undefined) });
const fresh = (answer) => ({ grant: (c) => (c.grant === 'refresh_token' ? answer(c) : undefined) });
const set = (name, value) => ({ tokenReply: (r) => { r[name] = typeof value === 'function' ? value(r) : value; return r; } });
const ok = (change) => at('token', (a, c) => (a.status === 200 ? change(a, c) ?? a : a));
const tool = (change) => ({ mcp: (a, c) => (c.kind === 'insufficient' ? change(a, c) ?? a : a) });
const on = (method, answer) => ({ mcp: (a, c) => (c.rpc === method ? answer(a, c) ?? a : a) });
const rpc = (method, change) => ({ rpcReply: (r, c) => (c.rpc === method ? change(r, c) ?? r : r) });
const write = { tool: 'write_note' };
const entra = { shape: 'entra' };

export default {
  // Beside the MCP server.
  'version of the API gone': fault([RS, CL], [/410|404/, /v2/], side(() => Answer.json(410, { code: 'API_VERSION_RETIRED', message: 'v1 was retired, use /v2/mcp' }))),
  'health page': fault(RS, [/200/, /401|JSON-RPC/], on401(() => Answer.json(200, { status: 'UP' }))),
  'documentation of the API': fault(RS, [/HTML/, /Swagger|200/], side((c) => (c.where === 'mcp' ? html(200, 'Swagger UI', '<div id="swagger-ui"></div><script src="/x.js"></script>') : undefined))),
  'GraphQL endpoint': fault(RS, [/400/, /query/], on401(() => Answer.json(400, { errors: [{ message: 'Must provide query string.' }] }))),
  'SOAP endpoint': fault(RS, [/500/, /Fault|SOAP|envelope/i], on401(() => new Answer(500, '<soap:Envelope xmlns:soap="x"><soap:Body><soap:Fault><faultstring>no envelope</faultstring></soap:Fault></soap:Body></soap:Envelope>', { 'Content-Type': 'text/xml' }))),
  'websocket endpoint': fault(RS, [/400|426/, /WebSocket/i], side((c) => (c.where === 'mcp' ? text(400, 'Can "Upgrade" only to "WebSocket".') : undefined))),
  'gRPC gateway': fault(RS, [/415/, /grpc/i], on401(() => text(415, 'invalid gRPC request content-type "application/json"'))),
  'wrong method word': fault(RS, [/501/], on401((a, c) => (c.method === 'POST' ? text(501, 'Not Implemented') : undefined))),
  'server wants multipart': fault(RS, [/415/, /multipart/], held(() => Answer.json(415, { error: 'expected multipart/form-data' }))),
  'wants a trailing version': fault(RS, [/400/, /api-version/], held(() => Answer.json(400, { error: { code: 'MissingApiVersionParameter', message: "The api-version query parameter (?api-version=) is required for all requests." } }))),
  'user must accept terms': fault([RS, CL], [/403/, /terms/], json(403, { error: 'terms_not_accepted', message: 'Accept the terms at https://notes.example/terms first' })),
  'organisation is suspended': fault([RS, CL], [/403/, /suspended/], json(403, { message: 'organization acme is suspended' })),
  'seat missing': fault([RS, CL], [/402|403/, /seat/], json(402, { error: 'no seat for user-1' })),
  'secret of the server is missing': fault(RS, [/500/, /JWT_SECRET/], json(500, { error: 'JWT_SECRET is not set' })),
  'introspection of the server is refused': fault(RS, [/401|500/, /introspection/], json(500, { error: 'invalid_client', error_description: 'introspection: client authentication failed' })),
  'server checks tokens of another kind': fault(RS, [/401/, /API key/], json(401, { error: 'Invalid API key. Keys start with sk-' })),

  // Beside the authorization server.
  'upstream of the broker refuses': fault([AS, CL], [/identity provider/i], { consent: () => ({ error: 'access_denied', error_description: 'Identity provider login failed: invalid_client at github' }) }),
  'broker without an upstream': fault(AS, [/connection|provider/], page(() => html(400, 'Error', '<p>No identity provider is configured for this application</p>'))),
  'upstream page of an error': fault(AS, [/invalid_client|400/], { before: (c) => (c.path === '/upstream' ? Answer.json(400, { error: 'invalid_client', error_description: 'The OAuth client was deleted.' }) : undefined), ...page((a, c) => Answer.to(`${c.as}/upstream?client_id=broker&redirect_uri=x`)) }),
  'SAML of the upstream': fault(AS, [/500/, /SAML/], page(() => html(500, 'Error', '<p>SAML response could not be validated: signature</p>'))),
  'developer portal': fault(AS, [/302|307/, /portal/, /regist/i], register(() => Answer.to('https://portal.invalid/login', 302))),
  'portal for the metadata': fault(AS, [/HTML/, /well-known|metadata/], at('metadata', () => html(200, 'Developer portal', '<div id="app"></div><script src="/a.js"></script>'))),
  'database gone': fault(AS, [/500/, /ECONNREFUSED/], code(() => Answer.json(500, { message: 'connect ECONNREFUSED 10.0.0.9:5432' }))),
  'store without the session': fault(AS, [/session/i], code(() => oauthError(400, 'invalid_grant', 'authorization session not found'))),
  'clock of the code': fault(AS, [/expired/], code(() => oauthError(400, 'invalid_grant', 'authorization code expired (issued 0s ago, lifetime 0s)'))),
  'code for a confidential client': fault([AS, CL], [/confidential|secret/], code(() => oauthError(401, 'invalid_client', 'confidential client must authenticate')), { with: { methods: ['none'] } }),
  'wants JSON': fault(AS, [/415|400/, /JSON/i], at('token', () => Answer.json(400, { error: 'invalid_request', error_description: 'request body must be JSON' }))),
  'wants the query': fault(AS, [/grant_type/], at('token', () => Answer.json(400, { error: 'invalid_request', error_description: 'missing query parameter grant_type' }))),
  'answers the first grant it knows': fault(AS, [/unsupported_grant_type/, /authorization_code/], code(() => oauthError(400, 'unsupported_grant_type', 'only password and client_credentials are supported'))),
  'token in a JWT': fault(AS, [/JSON|JWT/], ok((a) => { a.body = sign(JSON.parse(a.body)); a.set('Content-Type', 'application/jwt'); })),
  'type says MAC of old': fault(AS, [/token_type/, /mac/i], set('token_type', 'MAC')),
  'Cache-Control of the framework': fault(AS, [/Cache-Control/, /max-age=0|must-revalidate/], ok((a) => a.set('Cache-Control', 'max-age=0, private, must-revalidate').drop('Pragma'))),
  'scope of the provider only': fault(AS, [/scope/, /notes:read/], { grants: () => ['email'] }, { shape: 'keycloak' }),
  'one more redirect': fault(AS, [/redirect/i], back((p, c) => `${c.as}/done?next=${encodeURIComponent(`${uri(c)}?${p}`)}`)),
  'callback by hand': fault(AS, [/200/, /redirect|copy/i], page((a) => html(200, 'Success', '<p>Authentication successful! You can close this window.</p>'))),

  // Registration.
  'wants an owner': fault(AS, [/owner_email/], register(() => oauthError(400, 'invalid_client_metadata', 'owner_email is required'))),
  'wants a description': fault(AS, [/422/, /description/], register(() => Answer.json(422, { message: 'Validation failed', errors: [{ field: 'description', code: 'missing' }] }))),
  'id of an object': fault(AS, [/client_id/, /object/], client((d) => { d.client_id = { value: d.client_id }; })),
  'only by mail': fault(AS, [/501|403/, /mail/], register(() => Answer.json(403, { message: 'Dynamic registration is off; write to mail@notes.example' }))),

  // Documents.
  'resource of the gateway': fault(RS, [/resource/, /gateway\.notes/], prm((d) => { d.resource = 'https://gateway.notes.example/mcp'; }), entra),
  'servers of the gateway': fault([RS], [/authorization_servers/, /gateway/], prm((d) => { d.authorization_servers = ['https://gateway.invalid/oauth']; }), { shape: 'fastmcp' }),
  'jwks of a file': fault(AS, [/jwks_uri/, /file:/], meta((d) => { d.jwks_uri = 'file:///etc/keys.json'; })),
  'authorize of an app': fault(AS, [/authorization_endpoint/, /notes:\/\//], meta((d) => { d.authorization_endpoint = 'notes://login'; })),
  'issuer in the plural': fault(AS, [/issuer/, /issuers/], meta((d) => { d.issuers = [d.issuer]; delete d.issuer; })),
  'challenge: old draft': fault(RS, [/resource_metadata/, /as_uri|authz_server|authorization_servers/], challenge((c) => `Bearer as_uri="${c.issuer}", authorization_servers="${c.issuer}"`), { shape: 'spring' }),

  // Refresh, step-up, messages.
  'refresh: gateway': fault(AS, [/502/], fresh(() => html(502, '502 Bad Gateway', '<center>nginx</center>'))),
  'refresh: not this client type': fault([AS, CL], [/unauthorized_client/, /refresh/i], fresh(() => oauthError(400, 'unauthorized_client', 'refresh_token grant is not enabled for this application'))),
  'refresh: token answer of another person': fault(AS, [/sub/], { claims: (k, c) => { if (c.grant === 'refresh_token') k.sub = 'user-2'; return k; } }, { shape: 'spring' }),
  'step-up: approval': fault(RS, [/403/, /approval/], tool(() => Answer.json(403, { error: 'approval_required', message: 'approval of a manager is pending' })), write),
  'step-up: unknown scheme': fault(RS, [/OAuth/, /Bearer/], tool((a) => a.set('WWW-Authenticate', 'OAuth error="insufficient_scope", scope="notes:read notes:write"')), write),
  'tools/list: cursor of a number': fault(RS, [/nextCursor/, /number|string/], rpc('tools/list', (r) => { if (r.result) r.result.nextCursor = 7; })),
  'tools/list: tool without a schema': fault(RS, [/inputSchema/], rpc('tools/list', (r) => { for (const t of r.result?.tools ?? []) delete t.inputSchema; })),
  'initialize: server of another product': fault(RS, [/jsonrpc|JSON-RPC/], on('initialize', () => Answer.json(200, { id: 1, result: 'pong' }))),
  'tools/call: 504': fault(RS, [/504/, /tools\/call/], on('tools/call', () => html(504, '504 Gateway Time-out', '<center>nginx</center>'))),
};
