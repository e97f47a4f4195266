// What integrations really sent: envelopes of functions, soft 404s, headers beside headers, replies of half-finished portals.

import { Answer, oauthError } from '../kit.mjs';
import { RS, AS, CL, fault, at, on401, challenge } from '../table.mjs';

const prmSet = (name, value) => ({ prmDocument: (d, c) => { d[name] = typeof value === 'function' ? value(c) : value; return d; } });
const prmOk = (change) => at('prm', (a, c) => (a.status === 200 ? change(a, c) : a));
const meta = (change) => ({ metadataDocument: (d, c) => change(d, c) ?? d });
const put = (name, value) => meta((d, c) => { d[name] = typeof value === 'function' ? value(c) : value; });
const asOk = (change) => at('metadata', (a, c) => (a.status === 200 ? change(a, c) : a));
const keys = (change) => ({ jwks: (a, c) => (c.method === 'OPTIONS' ? a : change(a, c) ?? a) });
const client = (change) => ({ client: (d, c) => change(d, c) ?? d });
const register = (answer) => at('register', (a, c) => (c.method === 'POST' ? answer(c, a) : a));
const spring = { shape: 'spring' };
const fresh = { shape: 'spring', with: { stateless: true } };
const asked = (v) => ({ ...fresh, args: ['--spec', v] });
const CIMD = ['--registration', 'cimd', '--client-metadata-url', 'https://client.example/oauth/client.json'];

export default {
  // Challenges.
  'url in a header of its own': fault(RS, [/resource_metadata/], { ...on401((a, c) => a.set('WWW-Authenticate', 'Bearer').add('X-Resource-Metadata', c.prmUrl)), ...at('prm', () => Answer.json(404, {})) }),
  'url in a Link': fault(RS, [/resource_metadata/], { ...on401((a, c) => a.set('WWW-Authenticate', 'Bearer').add('Link', `<${c.rs}/meta.json>; rel="oauth-protected-resource"`)), ...at('prm', () => Answer.json(404, {})) }),
  'extended parameter': fault(RS, [/resource_metadata\*/], challenge((c) => `Bearer resource_metadata*=UTF-8''${encodeURIComponent(c.prmUrl)}`), spring),
  'file': fault(RS, [/resource_metadata/, /file:/], challenge('Bearer resource_metadata="file:///srv/prm.json"'), spring),
  'document asked for by a query': fault(RS, [/resource_metadata/, /\?resource=/], { ...challenge((c) => `Bearer resource_metadata="${c.rs}/.well-known/oauth-protected-resource?resource=${encodeURIComponent(c.resource)}"`) }, spring),
  'two Bearer lines, two documents': fault(RS, [/resource_metadata/, /old/], { ...on401((a, c) => a.set('WWW-Authenticate', `Bearer resource_metadata="${c.rs}/.well-known/oauth-protected-resource/old"`).add('WWW-Authenticate', `Bearer resource_metadata="${c.prmUrl}"`)) }, spring),
  'parameters in a second line': fault(RS, [/resource_metadata/, /scheme|line/i], on401((a, c) => a.set('WWW-Authenticate', 'Bearer realm="notes"').add('WWW-Authenticate', `resource_metadata="${c.prmUrl}"`)), spring),
  'quotes inside the realm': fault(RS, [/WWW-Authenticate/, /quot|Notes/i], challenge((c) => `Bearer realm="My "Notes" server", resource_metadata="${c.prmUrl}"`), spring),
  'authorization_server for the document': fault(RS, [/resource_metadata/, /authorization_server/], challenge((c) => `Bearer authorization_server="${c.issuer}"`), spring),
  'GET finds nothing': fault(RS, [/GET/, /404/], { mcp: (a, c) => (c.method === 'GET' ? Answer.json(404, { error: 'not found' }) : a) }, spring),
  '401 that never ends': fault(RS, [/401|end|cut|complete|Content-Length/i], { before: (c) => (c.where === 'mcp' && c.method === 'POST' && !c.req.headers.authorization ? Object.assign(Answer.raw('HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{"error":'), {}) : undefined) }),
  '401 of a login with a cookie': fault(RS, [/Bearer/, /Cookie/], on401((a) => a.set('WWW-Authenticate', 'Cookie realm="notes", form-action="/login", cookie-name="sid"'))),
  '400 for the media types': fault(RS, [/400/, /Accept/i], on401(() => Answer.json(400, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'Accept header must contain text/event-stream only' } }))),
  'maintenance': fault(RS, [/503/], { before: (c) => (c.side === 'rs' ? Answer.html(503, 'We will be back soon', { 'Retry-After': '600' }) : undefined) }),
  'parked domain': fault(RS, [/HTML/i], { before: (c) => (c.side === 'rs' ? Answer.html(200, 'This domain is for sale') : undefined) }),

  // The document of the resource.
  'envelope of a function': fault(RS, [/body|statusCode/], prmOk((a) => a.json((d) => ({ statusCode: 200, headers: {}, body: JSON.stringify(d) })))),
  'base64': fault(RS, [/base64|JSON/i], prmOk((a) => { a.body = Buffer.from(a.body).toString('base64'); })),
  'the MCP handler answers': fault(RS, [/JSON-RPC|jsonrpc|resource/], at('prm', () => Answer.json(200, { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'Invalid Request' } }))),
  'a stream': fault(RS, [/event.stream|JSON/], prmOk((a) => { a.body = `data: ${a.body}\n\n`; a.set('Content-Type', 'text/event-stream'); })),
  'members in capitals': fault(RS, [/`?resource`?/, /Resource/], prmOk((a) => a.json((d) => ({ Resource: d.resource, AuthorizationServers: d.authorization_servers })))),
  'audience of the API for the resource': fault(RS, [/resource/, /api:\/\/notes/], prmSet('resource', 'api://notes'), { shape: 'entra' }),
  'comma behind the resource': fault(RS, [/resource/, /mcp,/], prmSet('resource', (c) => `${c.resource},`), spring),
  'question mark behind the resource': fault(RS, [/resource/, /mcp\?/], prmSet('resource', (c) => `${c.resource}?`), spring),
  'scheme of the server in capitals': fault([RS, AS], [/authorization_servers|issuer/, /HTTP:/], prmSet('authorization_servers', (c) => [c.issuer.replace('http:', 'HTTP:')]), spring),
  'well-known root as the server': fault(RS, [/authorization_servers/, /well-known/], prmSet('authorization_servers', (c) => [`${c.issuer}/.well-known`]), spring),
  'empty document': fault(RS, [/resource|authorization_servers/, /missing|no |empty|lacks/i], prmOk((a) => { a.body = '{}'; })),
  '415': fault(RS, [/415/], at('prm', () => Answer.json(415, { error: 'Unsupported Media Type' }))),
  '451': fault(RS, [/451/], at('prm', () => Answer.html(451, 'Unavailable For Legal Reasons'))),
  '525': fault(RS, [/525/], at('prm', () => Answer.html(525, 'SSL handshake failed', { Server: 'cloudflare' }))),

  // The document of the authorization server.
  'soft 404': fault(AS, [/issuer|error/, /not_found|missing/], at('metadata', () => Answer.json(200, { error: 'not_found' }))),
  'app shell at the first place, OpenID at the last': fault(AS, [/HTML/i, /oauth-authorization-server/], at('metadata', (a) => (a.status === 404 ? Answer.html(200, 'Identity') : a)), { shape: 'keycloak', with: { documents: ['oidc'] } }),
  'endpoint of registration is that of authorization': fault(AS, [/regist/i], put('registration_endpoint', (c) => c.at.authorize)),
  'token and registration swapped': fault(AS, [/token_endpoint|registration_endpoint|registration endpoint/], meta((d) => { [d.token_endpoint, d.registration_endpoint] = [d.registration_endpoint, d.token_endpoint]; })),
  'tenant by name in the issuer': fault([AS, RS], [/issuer/, /acme\.onmicrosoft\.com/], put('issuer', (c) => `${c.as}/acme.onmicrosoft.com/v2.0`), { shape: 'entra' }),
  'userinfo relative': fault(AS, [/userinfo_endpoint/, /relative|absolute/i], put('userinfo_endpoint', '/userinfo')),
  'revocation null': fault(AS, [/revocation_endpoint/, /null/], put('revocation_endpoint', null)),
  'keys are the discovery document': fault(AS, [/jwks_uri|keys/], put('jwks_uri', (c) => `${c.issuer}/.well-known/openid-configuration`), { shape: 'keycloak' }),
  'keys: 500': fault(AS, [/jwks_uri/, /500/], keys(() => Answer.json(500, {}))),
  'keys: object': fault(AS, [/keys/, /object|array/], keys((a) => a.json((d) => ({ keys: { k1: d.keys[0] } })))),
  'keys: secret shared': fault(AS, [/oct|symmetric|secret/], keys(() => Answer.json(200, { keys: [{ kty: 'oct', k: 'c2VjcmV0c2VjcmV0', kid: 'k1', alg: 'HS256' }] }))),
  'second reading differs': fault(AS, [/token_endpoint|differ|second|again/i], { metadataDocument: (d, c) => { if (c.nth > 1) d.token_endpoint = 'https://other.example/token'; return d; } }, { shape: 'spring' }),
  'PKCE misnamed by one letter': fault(AS, [/code_challenge_methods_supported/, /code_challange_methods_supported/], meta((d) => { d.code_challange_methods_supported = d.code_challenge_methods_supported; delete d.code_challenge_methods_supported; })),
  'endpoints in an object': fault(AS, [/authorization_endpoint/, /endpoints/], asOk((a) => a.json((d) => ({ issuer: d.issuer, endpoints: { authorization_endpoint: d.authorization_endpoint, token_endpoint: d.token_endpoint }, response_types_supported: ['code'] })))),

  // Registration.
  'nothing said': fault(AS, [/400/, /regist/i], register(() => new Answer(400))),
  'client_id true': fault(AS, [/client_id/, /boolean|true/], client((d) => { d.client_id = true; })),
  'expiry relative': fault(AS, [/client_secret_expires_at/, /3600|1970|past|expired/], client((d) => { d.client_secret_expires_at = 3600; }), { with: { methods: ['client_secret_post'] } }),
  'method in capitals': fault(AS, [/token_endpoint_auth_method/, /None/], client((d) => { d.token_endpoint_auth_method = 'None'; })),
  'waits for approval': fault(AS, [/approv/i], { authorize: () => Answer.json(403, { error: 'access_denied', error_description: 'client is pending approval by an administrator' }) }),
  'answers in camel case': fault(AS, [/client_id/, /clientId/], client((d) => ({ clientId: d.client_id, redirectUris: d.redirect_uris, tokenEndpointAuthMethod: 'none' }))),
  'redirect kept with its host in capitals': fault(AS, [/redirect_uris/, /LOCALHOST|case/], { client: (d, c) => { d.redirect_uris = d.redirect_uris.map((u) => u.replace('127.0.0.1', 'LOCALHOST')); c.clients.get(d.client_id).redirect_uris = d.redirect_uris; return d; } }),
  'message in a header only': fault(AS, [/400/, /regist/i], register(() => new Answer(400, '', { 'X-Error': 'bad client' }))),
  'document: timed out': fault([AS, CL], [/document|fetch/i, /tim/i], { ...put('client_id_metadata_document_supported', true), authorize: () => oauthError(400, 'invalid_client', 'timed out fetching the client metadata document') }, { args: CIMD }),
  'document: wants a public key': fault([AS, CL], [/jwks/], { ...put('client_id_metadata_document_supported', true), authorize: () => oauthError(400, 'invalid_client_metadata', 'the client metadata document has no jwks') }, { args: CIMD }),
  'by hand: redirect of another site': fault(CL, [/redirect_uri/, /else\.example/], {}, { with: { clients: [{ client_id: 'notes-cli', redirect_uris: ['http://127.0.0.1:33418/callback'] }] }, args: ['--registration', 'preregistered', '--client-id', 'notes-cli', '--redirect-uri', 'https://else.example/cb'] }),
  'by hand: path in capitals': fault([CL, RS], [/404/, /MCP/], {}, { shape: 'spring', url: (w) => w.url.replace('/mcp', '/MCP') }),

  // Revisions.
  '2025-03-26: no token endpoint at the default place': fault([RS, AS], [/404/, /token/], { ...challenge('Bearer'), metadata: () => Answer.json(404, {}) }, { shape: 'worker', args: ['--spec', '2025-03-26'], with: { mcpPath: '/mcp', prm: [], iss: false, anyResource: true, underIssuer: false, endpoints: { authorize: '/authorize', register: '/register', token: '/oauth/token', jwks: '/jwks' } } }),
  'stateless: discovery not routed': fault(RS, [/404/], on401((a, c) => (c.method === 'POST' ? Answer.json(404, { error: 'no such method' }) : a)), asked('2026-07-28')),
  'stateless: versions as text': fault(RS, [/supportedVersions/, /string|array/], { rpcReply: (r, c) => { if (c.rpc === 'server/discover') r.result.supportedVersions = '2026-07-28'; return r; } }, asked('2026-07-28')),
};
