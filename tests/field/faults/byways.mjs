// Platforms by their own words, wires by their own rules, and differences between methods, documents and modes that nobody tried.

import { Answer, oauthError } from '../kit.mjs';
import { RS, AS, CL, fault, at, on401, challenge } from '../table.mjs';

const prmSet = (name, value) => ({ prmDocument: (d, c) => { d[name] = typeof value === 'function' ? value(c) : value; return d; } });
const put = (name, value) => ({ metadataDocument: (d, c) => { d[name] = typeof value === 'function' ? value(c) : value; return d; } });
const keys = (change) => ({ jwks: (a, c) => (c.method === 'OPTIONS' ? a : change(a, c) ?? a) });
const gate = (answer) => ({ before: (c) => (c.where === 'mcp' && c.method !== 'OPTIONS' ? answer(c) : undefined) });
const register = (answer) => at('register', (a, c) => (c.method === 'POST' ? answer(c, a) : a));
const spring = { shape: 'spring' };
const bare = (c) => c.req.headers.authorization === undefined;
const wire = (where, bytes) => ({ before: (c) => (c.where === where ? Answer.raw(bytes(c)) : undefined) });
const prm = (c) => JSON.stringify({ resource: c.resource, authorization_servers: [c.issuer] });
const rpc = (c) => JSON.parse(c.text);
const result = (c, value) => Answer.json(200, { jsonrpc: '2.0', id: rpc(c).id, result: value });
/** Everything but `method` is open to anybody. */
const opens = (method) => ({ before: (c) => {
  if (c.where !== 'mcp' || c.method !== 'POST' || !bare(c)) return undefined;
  switch (rpc(c).method) {
    case method: return undefined;
    case 'initialize': return result(c, { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'x', version: '1' } });
    case 'notifications/initialized': return new Answer(202);
    case 'tools/list': return result(c, { tools: [{ name: 'read_note', inputSchema: { type: 'object' } }] });
    default: return result(c, { content: [] });
  }
} });

export default {
  // Platforms.
  'CSRF of the framework': fault(RS, [/403/, /CSRF/], gate((c) => (c.method === 'POST' ? Answer.json(403, { status: 403, error: 'Forbidden', message: 'Invalid CSRF Token', path: '/mcp' }) : undefined)), spring),
  'plain HTTP to the HTTPS port': fault([RS, CL], [/400/, /HTTPS port|https/i], gate(() => Answer.html(400, '400 The plain HTTP request was sent to HTTPS port', { Server: 'nginx' }))),
  'welcome page': fault(RS, [/405/, /POST/], { before: (c) => (c.side === 'rs' ? (c.method === 'GET' ? Answer.html(200, 'Welcome to nginx!') : Answer.html(405, '405 Not Allowed')) : undefined) }),
  'worker threw': fault(RS, [/500/, /1101|Worker threw/], gate(() => Answer.html(500, 'Worker threw exception | notes.example | Cloudflare', { Server: 'cloudflare', 'CF-RAY': '8c-FRA' }))),
  'worker of the authorization server threw': fault(AS, [/500/], at('metadata', () => Answer.html(500, 'Worker threw exception | Cloudflare', { Server: 'cloudflare' }))),
  'easy authentication of an app service': fault(RS, [/authorization_uri|resource_metadata|comma/], on401((a, c) => Answer.html(401, 'You do not have permission to view this directory or page.').set('WWW-Authenticate', `Bearer realm="notes.azurewebsites.net" authorization_uri="https://login.windows.net/8f0c/oauth2/authorize" resource_id="8f0c"`)), spring),
  'invoker rights of the platform': fault(RS, [/403/, /401/], gate(() => Answer.html(403, '403 Forbidden: Your client does not have permission to get URL /mcp from this server.', { Server: 'Google Frontend' }))),
  'domain unknown to the network': fault(RS, [/500/, /unknown domain/], gate(() => new Answer(500, 'Fastly error: unknown domain: notes.example. Please check that this domain has been added to a service.', { 'Content-Type': 'text/plain' }))),
  'function that verifies tokens of its own': fault(RS, [/401/, /WWW-Authenticate/], on401(() => Answer.json(401, { code: 401, message: 'Missing authorization header' }))),
  'realm that does not exist': fault([RS, AS], [/404/, /acme/], at('metadata', () => Answer.json(404, { error: 'Realm does not exist' })), { shape: 'keycloak' }),
  'HTTPS required': fault(AS, [/403/, /HTTPS required|well-known/], at('metadata', () => Answer.json(403, { error: 'invalid_request', error_description: 'HTTPS required' })), { shape: 'keycloak' }),
  'dotfiles denied': fault(AS, [/403/, /well-known/], at('metadata', () => Answer.html(403, '403 Forbidden', { Server: 'nginx' })), spring),
  '505': fault(RS, [/505/], gate(() => new Answer(505, 'HTTP Version Not Supported', { 'Content-Type': 'text/plain' }))),
  '423': fault(RS, [/423/, /suspended/], gate(() => Answer.json(423, { error: 'workspace suspended' }))),
  'app asleep': fault(RS, [/404|503/, /Tunnel|offline|ngrok/i], { before: (c) => (c.side === 'rs' ? Answer.html(404, 'ERR_NGROK_3200: The endpoint abc.ngrok-free.app is offline', { 'ngrok-error-code': 'ERR_NGROK_3200' }) : undefined) }),

  // Wires.
  'space before the colon': fault(RS, [/header|WWW-Authenticate/i, /space|colon|name/i], { before: (c) => (c.where === 'mcp' && bare(c) ? Answer.raw(`HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate : Bearer resource_metadata="${c.prmUrl}"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`) : undefined) }, spring),
  'two lengths': fault(RS, [/Content-Length/], wire('prm', (c) => `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${prm(c).length}\r\nContent-Length: 7\r\nConnection: close\r\n\r\n${prm(c)}`)),
  'length is a word': fault(RS, [/Content-Length/], wire('prm', (c) => `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: auto\r\nConnection: close\r\n\r\n${prm(c)}`)),
  'size of a chunk is no number': fault(AS, [/chunk/i], wire('metadata', () => 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n')),
  'ends in the headers': fault(AS, [/clos|end|header|complete/i], wire('metadata', () => 'HTTP/1.1 200 OK\r\nContent-Type: application/js')),
  'length too long': fault(AS, [/cut|length|end|complete/i], wire('register', () => 'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"client_id":"abc"}')),
  'HTTP/0.9': fault(RS, [/HTTP/], wire('prm', (c) => prm(c))),

  // Methods, documents and modes that differ.
  'POST open, GET asks': fault(RS, [/GET/, /401/, /POST/], { before: (c) => (c.where === 'mcp' && c.method === 'POST' && bare(c) ? opens('none').before(c) : undefined) }, { with: { sessions: false } }),
  'only tools/call asks': fault(RS, [/tools\/call/, /401/], opens('tools/call'), { with: { sessions: false } }),
  'registration only in the other document': fault(AS, [/registration_endpoint/], { metadataDocument: (d, c) => { if (c.path.includes('oauth-authorization-server')) delete d.registration_endpoint; return d; } }, spring),
  'preflight of the document refused': fault(RS, [/preflight|OPTIONS|Access-Control/i], { after: (a, c) => (c.method === 'OPTIONS' && c.where === 'prm' ? Object.assign(Answer.json(405, {}), { bare: true }) : c.where === 'prm' ? Object.assign(a, { bare: true }) : a) }),
  'metadata closed to browsers': fault(AS, [/Access-Control-Allow-Origin/i, /metadata|well-known/i], { after: (a, c) => (c.where === 'metadata' ? Object.assign(c.method === 'OPTIONS' ? Answer.json(405, {}) : a, { bare: true }) : a) }, spring),
  'tokens closed to browsers': fault(AS, [/Access-Control-Allow-Origin/i, /token/i], { after: (a, c) => (c.where === 'token' ? Object.assign(c.method === 'OPTIONS' ? new Answer(204) : a, { bare: true }) : a) }, spring),

  // Values.
  'comma inside the quotes': fault(RS, [/resource_metadata/, /,/], challenge((c) => `Bearer resource_metadata="${c.prmUrl},"`), spring),
  'space before the url': fault(RS, [/resource_metadata/, /space/i], challenge((c) => `Bearer resource_metadata=" ${c.prmUrl}"`), spring),
  'resource: scheme in capitals': fault(RS, [/resource/, /HTTP:/], prmSet('resource', (c) => c.resource.replace('http:', 'HTTP:')), spring),
  'resource: address as a number': fault(RS, [/resource/, /2130706433/], prmSet('resource', (c) => c.resource.replace('127.0.0.1', '2130706433')), spring),
  'resource: a list in one text': fault(RS, [/resource/, /,/], prmSet('resource', (c) => `${c.resource},${c.rs}/sse`), spring),
  'resource: null as text': fault(RS, [/resource/, /null/], prmSet('resource', 'null')),
  'methods: capital': fault(RS, [/bearer_methods_supported/, /Header/], prmSet('bearer_methods_supported', ['Header'])),
  'scopes: sentences': fault(RS, [/scopes_supported/, /Read your notes/], prmSet('scopes_supported', ['Read your notes', 'notes:read'])),
  'server: null as text': fault(RS, [/authorization_servers/, /null/], prmSet('authorization_servers', ['null'])),
  'server: mail address': fault(RS, [/authorization_servers/, /@acme/], prmSet('authorization_servers', ['auth@acme.example'])),
  'server: wildcard': fault(RS, [/authorization_servers/, /\*/], prmSet('authorization_servers', ['https://*.acme.example'])),
  'issuer: question mark': fault([AS, RS], [/issuer/, /\?|query/], put('issuer', (c) => `${c.issuer}?`), spring),
  'issuer: other realm': fault([AS, RS], [/issuer/, /realms\/master/], put('issuer', (c) => c.issuer.replace('acme', 'master')), { shape: 'keycloak' }),
  'issuer: list': fault([AS, RS], [/issuer/, /,/], put('issuer', (c) => `${c.issuer}, https://login.example`), spring),
  'token endpoint: list': fault(AS, [/token_endpoint/], put('token_endpoint', (c) => `${c.at.token},${c.as}/token2`), spring),
  'token endpoint: wildcard': fault(AS, [/token_endpoint/, /\*/], put('token_endpoint', 'https://*.acme.example/token')),
  'pkce: hyphen': fault(AS, [/code_challenge_methods_supported/, /S-256/], put('code_challenge_methods_supported', ['S-256'])),
  'response types: space': fault(AS, [/response_types_supported/, /space|`code `|"code "/i], put('response_types_supported', ['code '])),
  'keys: for encryption': fault(AS, [/enc/], keys((a) => a.json((d) => { d.keys[0].use = 'enc'; }))),
  'keys: without a type': fault(AS, [/kty/], keys((a) => a.json((d) => { delete d.keys[0].kty; }))),
  'keys: one id twice': fault(AS, [/k1/, /kid/], keys((a) => a.json((d) => { d.keys.push({ ...d.keys[0], n: d.keys[0].n.split('').reverse().join('') }); }))),
  'keys: exponent missing': fault(AS, [/`?e`?\b/, /key/], keys((a) => a.json((d) => { delete d.keys[0].e; }))),

  // Registration and modes.
  'registration: empty object wanted': fault(AS, [/400/, /regist/i, /Unexpected/], register(() => new Answer(400, 'SyntaxError: Unexpected token g in JSON at position 0', { 'Content-Type': 'text/plain' }))),
  'registration: basic wanted': fault(AS, [/401/, /regist/i], register(() => Answer.json(401, { error: 'unauthorized' }, { 'WWW-Authenticate': 'Basic realm="portal"' }))),
  'registration: client_uri of the same host': fault(AS, [/client_uri|redirect_uri/, /host/], register(() => oauthError(400, 'invalid_client_metadata', 'client_uri and redirect_uris must have the same host'))),
  'registration: given to another tenant': fault(AS, [/tenant/], register(() => Answer.json(403, { errorCode: 'TENANT_MISMATCH', errorMessage: 'the tenant does not allow self-service' }))),
  'registration: id is the name': fault(AS, [/client_id|client/i], { client: (d, c) => ({ ...d, client_id: 'authscope' }), authorize: (a, c) => (c.query.get('client_id') === 'authscope' ? Answer.html(400, 'Unknown client') : a) }),
  '2025-06-18: only documents of clients': fault(AS, [/registration_endpoint/], put('client_id_metadata_document_supported', true), { shape: 'spring', with: { register: false }, args: ['--spec', '2025-06-18'] }),
  'server chosen with a slash too many': fault(CL, [/authorization_servers|authorization server|issuer/, /\//], {}, { shape: 'spring', args: (w) => ['--authorization-server', `${w.issuer}/`] }),
};
