// Servers that are right in ways the specifications allow and few of us see: spelling, wires, addresses, documents full of members.
// No finding may be a failure.

import zlib from 'node:zlib';
import { Answer, sign } from './kit.mjs';
import { at, on401, challenge } from './table.mjs';
import { tls, roots } from './certificates.mjs';

const prmDoc = (change) => ({ prmDocument: (d, c) => change(d, c) ?? d });
const asDoc = (change) => ({ metadataDocument: (d, c) => change(d, c) ?? d });
const reply = (change) => ({ client: (d, c) => change(d, c) ?? d });
const prm = (c) => JSON.stringify({ resource: c.resource, authorization_servers: [c.issuer], scopes_supported: c.d.scopes });
const raw = (bytes) => ({ before: (c) => (c.where === 'prm' ? Answer.raw(bytes(prm(c))) : undefined) });
const coded = (name, pack) => ({ after: (a, c) => { if (a.status < 300 && a.body && /json/.test(a.get('content-type') ?? '') && new RegExp(`\\b${name}\\b`).test(c.req.headers['accept-encoding'] ?? '')) { a.body = pack(Buffer.from(a.body)); a.set('Content-Encoding', name); } return a; } });
const asked = (name, test, status) => ({ before: (c) => (c.method !== 'OPTIONS' && !test(c.req.headers[name] ?? '', c) ? Answer.json(status, { error: `unacceptable ${name}` }) : undefined) });
const many = Array.from({ length: 60 }, (_, i) => `team-${i}:read`);

export default {
  // Challenges.
  'token68 beside': { hooks: challenge((c) => `Negotiate oYG2MIGzoAMKAQE=, Bearer resource_metadata="${c.prmUrl}"`) },
  'empty elements in the list': { hooks: challenge((c) => `Bearer realm="x", , resource_metadata="${c.prmUrl}" ,`) },
  'realm as a token': { hooks: challenge((c) => `Bearer realm=notes, resource_metadata="${c.prmUrl}"`) },
  'quoted pairs in the url': { hooks: challenge((c) => `Bearer resource_metadata="${c.prmUrl.replaceAll('/', '\\/')}"`) },
  'tabs around the comma': { hooks: challenge((c) => `Bearer realm="x"\t,\tresource_metadata="${c.prmUrl}"`) },
  'url before realm and scope': { shape: 'spring', hooks: challenge((c) => `Bearer resource_metadata="${c.prmUrl}",realm="notes",scope="notes:read"`) },
  'digest beside, with lists of its own': { hooks: on401((a, c) => a.set('WWW-Authenticate', 'Digest realm="x", qop="auth, auth-int", nonce="a=b", opaque="c"').add('WWW-Authenticate', `Bearer resource_metadata="${c.prmUrl}"`)) },
  'two Bearer challenges, one document': { hooks: on401((a, c) => a.set('WWW-Authenticate', `Bearer realm="users", resource_metadata="${c.prmUrl}"`).add('WWW-Authenticate', `Bearer realm="services", resource_metadata="${c.prmUrl}"`)) },
  'sixty scopes': { shape: 'spring', with: { scopes: many, needs: many, tools: { read_note: [] } } },
  'scopes with unusual characters': { shape: 'spring', with: { scopes: ['https://www.notes.example/auth/notes.readonly', 'notes!all', "a/b:c#d~'e'"], needs: ['https://www.notes.example/auth/notes.readonly', 'notes!all'], tools: { read_note: [] } } },
  'nowhere else without a token': { hooks: { before: (c) => (c.side === 'rs' && c.where === 'other' ? Answer.json(401, { error: 'unauthorized' }, { 'WWW-Authenticate': `Bearer resource_metadata="${c.prmUrl}"` }) : undefined) } },
  'the other well-known form behind the door': { hooks: { before: (c) => (c.path === '/.well-known/oauth-protected-resource' ? Answer.json(401, { error: 'unauthorized' }, { 'WWW-Authenticate': `Bearer resource_metadata="${c.prmUrl}"` }) : undefined) } },
  'a page at the root': { hooks: { before: (c) => (c.side === 'rs' && c.path === '/' ? Answer.html(200, 'Notes, by Acme') : undefined) } },
  'bare challenge, metadata of the origin': { shape: 'spring', with: { prm: ['root'], resource: 'origin' }, hooks: challenge('Bearer realm="notes"') },
  'event stream as the type of the 401': { hooks: on401((a) => { a.body = ''; a.set('Content-Type', 'text/event-stream'); }) },

  // Wires.
  'brotli where it is taken': { hooks: coded('br', zlib.brotliCompressSync) },
  'deflate where it is taken': { hooks: coded('deflate', zlib.deflateSync) },
  'HTTP/1.0': { hooks: raw((b) => `HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n${b}`) },
  'no reason phrase': { hooks: raw((b) => `HTTP/1.1 200 \r\nContent-Type: application/json\r\nContent-Length: ${b.length}\r\nConnection: close\r\n\r\n${b}`) },
  'early hints': { hooks: raw((b) => `HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${b.length}\r\nConnection: close\r\n\r\n${b}`) },
  'chunk extensions and a trailer': { hooks: raw((b) => `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\nConnection: close\r\n\r\n${b.length.toString(16).toUpperCase()};sig="a;b"\r\n${b}\r\n0\r\nX-Sum: 7\r\n\r\n`) },
  'body until the end of the connection': { hooks: raw((b) => `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${b}`) },
  'quoted charset and a profile': { hooks: { after: (a) => (a.get('content-type') === 'application/json' ? a.set('Content-Type', 'application/json;charset="utf-8";profile="https://notes.example/p"') : a) } },
  'headers of a whole platform': { with: { serverHeaders: { 'Strict-Transport-Security': 'max-age=63072000', 'Content-Security-Policy': `default-src 'none'; img-src ${'https://cdn.example '.repeat(60)}`, 'Alt-Svc': 'h3=":443"; ma=86400', NEL: '{"report_to":"x","max_age":1}', Vary: 'Accept, Origin, Authorization', ETag: 'W/"7"', 'X-Request-Id': 'abc', 'Set-Cookie': 'lb=3; Path=/; HttpOnly; SameSite=Lax', Server: 'nginx' } } },
  'a document that takes its time': { hooks: { prm: async (a) => { await new Promise((resolve) => setTimeout(resolve, 2500)); return a; } } },
  'redirected with 307': { hooks: { before: (c) => (c.where === 'prm' && !c.query.has('v') ? Answer.to(`${c.path}?v=2`, 307) : undefined) } },
  'metadata redirected with 308, relative': { shape: 'spring', hooks: { before: (c) => (c.where === 'metadata' && !c.query.has('v') ? Answer.to(`${c.path}?v=2`, 308) : undefined) } },
  'origin reflected, with credentials': { hooks: { after: (a, c) => (c.req.headers.origin ? a.set('Access-Control-Allow-Origin', c.req.headers.origin).set('Access-Control-Allow-Credentials', 'true').set('Vary', 'Origin') : a) } },

  // Strict about what is asked.
  'wants both media types of the transport': { hooks: asked('accept', (v, c) => c.where !== 'mcp' || c.method !== 'POST' || (/application\/json/.test(v) && /text\/event-stream/.test(v)), 406) },
  'wants JSON asked for': { hooks: asked('accept', (v, c) => !['prm', 'metadata'].includes(c.where) || /application\/json|\*\/\*/.test(v), 406) },
  'wants a user agent': { hooks: asked('user-agent', (v) => v.length > 3, 403) },
  'wants the right host': { hooks: asked('host', (v, c) => v === new URL(c.side === 'rs' || c.d.own ? c.rs : c.as).host, 421) },

  // Addresses.
  'unusual characters in the path': { with: { mcpPath: '/~alice/mcp;v=1/@notes' } },
  'a path like a file': { with: { mcpPath: '/v1.0/mcp.json' } },
  'a query that looks like settings': { shape: 'spring', with: { query: '?profile=a%20b&x=' } },
  'authorization server by another name': { shape: 'spring', with: { asHost: 'localhost' } },
  'token endpoint by another name': { shape: 'spring', hooks: asDoc((d) => { d.token_endpoint = d.token_endpoint.replace('127.0.0.1', 'localhost'); }) },
  'IPv6 and one origin for both': { shape: 'fastmcp', with: { host: '[::1]' } },
  'issuer with a path and a slash': { shape: 'spring', with: { issuerPath: '/application/o/notes', issuerSlash: true, documents: ['oidc'], endpoints: { authorize: '/authorize/', token: '/token/', register: '/register/', jwks: '/jwks/' } } },
  'only inserted OpenID discovery': { shape: 'keycloak', with: { documents: ['oidc-inserted'] } },
  'https with a root of its own': { shape: 'spring', with: { tls: { rs: tls.good, as: tls.good } }, args: ['--cacert', roots] },
  'https with its intermediate': { shape: 'keycloak', with: { tls: { rs: tls.chained, as: tls.chained } }, args: ['--cacert', roots] },
  'https for one of them': { shape: 'spring', with: { tls: { as: tls.good } }, args: ['--cacert', roots] },

  // Documents.
  'everything RFC 9728 knows': { shape: 'spring', hooks: prmDoc((d, c) => { Object.assign(d, { jwks_uri: c.at.jwks, resource_signing_alg_values_supported: ['RS256'], 'resource_name#de': 'Notizen', resource_documentation: 'https://notes.example/docs', resource_policy_uri: 'https://notes.example/policy', resource_tos_uri: 'https://notes.example/tos', tls_client_certificate_bound_access_tokens: false, authorization_details_types_supported: ['note'], dpop_signing_alg_values_supported: ['ES256'], dpop_bound_access_tokens_required: false, signed_metadata: sign({ iss: c.rs, resource: d.resource, authorization_servers: d.authorization_servers }) }); }) },
  'everything a large provider lists': { shape: 'keycloak', hooks: asDoc((d, c) => { Object.assign(d, { grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials', 'urn:ietf:params:oauth:grant-type:device_code', 'urn:openid:params:grant-type:ciba', 'urn:ietf:params:oauth:grant-type:token-exchange'], response_types_supported: ['code', 'none', 'id_token', 'code id_token'], response_modes_supported: ['query', 'fragment', 'form_post', 'query.jwt', 'jwt'], introspection_endpoint: `${c.issuer}/protocol/openid-connect/token/introspect`, userinfo_endpoint: `${c.issuer}/protocol/openid-connect/userinfo`, end_session_endpoint: `${c.issuer}/protocol/openid-connect/logout`, frontchannel_logout_supported: true, pushed_authorization_request_endpoint: `${c.issuer}/protocol/openid-connect/ext/par/request`, require_pushed_authorization_requests: false, mtls_endpoint_aliases: { token_endpoint: d.token_endpoint }, tls_client_certificate_bound_access_tokens: true, acr_values_supported: ['0', '1'], claim_types_supported: ['normal'], request_parameter_supported: true, request_uri_parameter_supported: true, require_request_uri_registration: false, dpop_signing_alg_values_supported: ['ES256', 'PS256'], code_challenge_methods_supported: ['plain', 'S256'] }); }) },
  'protected_resources lists us': { shape: 'spring', hooks: asDoc((d, c) => { d.protected_resources = ['https://files.example/mcp', c.resource]; }) },
  'signed metadata beside': { shape: 'spring', hooks: asDoc((d, c) => { d.signed_metadata = sign({ ...d, iss: c.issuer }); }) },
  'only public clients': { with: { methods: ['none'] } },
  'slashes escaped': { hooks: { after: (a) => { if (/json/.test(a.get('content-type') ?? '') && typeof a.body === 'string') a.body = a.body.replaceAll('/', '\\/'); return a; } } },
  'letters escaped': { hooks: { after: (a, c) => { if (['prm', 'metadata'].includes(c.where) && typeof a.body === 'string') a.body = a.body.replaceAll('oauth', '\\u006fauth').replaceAll('http', '\\u0068ttp'); return a; } } },
  'two servers, the second unreachable': { shape: 'spring', hooks: prmDoc((d, c) => { d.authorization_servers = [c.issuer, 'http://127.0.0.1:1']; }) },

  // Registration.
  'location of the new client': { hooks: at('register', (a, c) => (a.status === 201 ? a.set('Location', `${c.at.register}/7`) : a)) },
  'expiry without a secret': { hooks: reply((d) => { d.client_secret_expires_at = 0; }) },
  'secret that ends in a year': { with: { methods: ['client_secret_basic'] }, hooks: reply((d) => { d.client_secret_expires_at = d.client_id_issued_at + 31536000; }) },
  'one more redirect': { hooks: reply((d) => { d.redirect_uris = [...d.redirect_uris, 'https://portal.example/debug']; }) },
  'one more grant': { hooks: reply((d) => { d.grant_types = ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code']; }) },
  'id of unusual characters': { hooks: { client: (d, c) => { const id = `https://notes.example/c/${d.client_id}~a:b@c`; c.clients.set(id, { ...c.clients.get(d.client_id), client_id: id }); d.client_id = id; return d; } } },
  'initial access token, given': { hooks: at('register', (a, c) => (c.method === 'POST' && c.req.headers.authorization !== 'Bearer initial-7' ? Answer.json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer' }) : a)), args: ['--initial-access-token-env', 'FIELD_INITIAL'], env: { FIELD_INITIAL: 'initial-7' } },

  // Revisions.
  '2025-06-18, metadata at the root': { shape: 'spring', with: { prm: ['root'], resource: 'origin' }, args: ['--spec', '2025-06-18'] },
  '2025-06-18, RFC 8414 with path': { shape: 'keycloak', with: { documents: ['oauth'] }, args: ['--spec', '2025-06-18'] },
  '2025-03-26, issuer and all at the origin, path ignored': { shape: 'worker', with: { mcpPath: '/api/mcp', prm: [], iss: false, anyResource: true }, hooks: challenge('Bearer'), args: ['--spec', '2025-03-26'] },
  'stateless, looks at the version first': { shape: 'spring', with: { stateless: true }, hooks: on401((a, c) => { if (c.method === 'POST' && JSON.parse(c.text).method === 'initialize') return Answer.json(400, { jsonrpc: '2.0', id: JSON.parse(c.text).id, error: { code: -32022, message: 'Unsupported protocol version', data: { supported: ['2026-07-28'], requested: '2025-11-25' } } }); return a; }) },
  'stateless, Keycloak': { shape: 'keycloak', with: { stateless: true }, args: ['--spec', '2026-07-28'] },
  'stateless, IPv6': { shape: 'spring', with: { stateless: true, host: '[::1]' } },

  // More of everything.
  'refused at the first places, found at the last': { shape: 'keycloak', with: { documents: ['oidc'] }, hooks: { metadata: (a) => (a.status === 404 ? Answer.json(403, { error: 'forbidden' }) : a) } },
  'pages for what is not there': { shape: 'keycloak', with: { documents: ['oidc'] }, hooks: { metadata: (a) => (a.status === 404 ? Answer.html(404, 'Not found') : a) } },
  'token endpoint with a query': { shape: 'spring', with: { endpoints: { token: '/oauth2/token?tenant=acme' } } },
  'identity as the encoding': { hooks: { prm: (a) => a.set('Content-Encoding', 'identity') } },
  'document with a query': { hooks: challenge((c) => `Bearer resource_metadata="${c.prmUrl}?v=3"`) },
  'never stored': { hooks: { after: (a, c) => (['prm', 'metadata'].includes(c.where) ? a.set('Cache-Control', 'no-store').set('Pragma', 'no-cache') : a) } },
  'no preflight without a token, no CORS': { with: { cors: false }, hooks: { before: (c) => (c.method === 'OPTIONS' ? Answer.json(401, { error: 'unauthorized' }, { 'WWW-Authenticate': `Bearer resource_metadata="${c.prmUrl}"` }) : undefined) } },
  'authorization server below the same origin': { shape: 'fastmcp', with: { issuerPath: '/auth', mcpPath: '/mcp' } },
  'endpoint at the root, entered without its slash': { shape: 'descope', url: (w) => w.rs },
  'secret for a public client': { hooks: reply((d) => { d.client_secret = 'unused'; d.client_secret_expires_at = 0; }) },
  'method replaced by one with a secret': { hooks: { client: (d, c) => { Object.assign(d, { token_endpoint_auth_method: 'client_secret_post', client_secret: 's3cret', client_secret_expires_at: 0 }); c.clients.set(d.client_id, { ...c.clients.get(d.client_id), ...d }); return d; } } },
  'wildcard certificate': { shape: 'spring', with: { tls: { rs: tls.good }, resource: undefined }, args: ['--cacert', roots] },
  'scopes of the challenge beyond the metadata': { shape: 'spring', hooks: { ...challenge((c) => `Bearer resource_metadata="${c.prmUrl}", scope="notes:read notes:list"`) }, with: { scopes: ['notes:read', 'notes:write', 'notes:list'] } },
  'the name of the resource in many languages': { hooks: prmDoc((d) => { d['resource_name#ja'] = 'ノート'; d['resource_name#ar'] = 'ملاحظات'; }) },
  'metadata with members of RFC 8705 and 9396': { shape: 'okta', hooks: asDoc((d) => { d.authorization_details_types_supported = ['note']; d.tls_client_certificate_bound_access_tokens = true; d.introspection_endpoint = d.token_endpoint.replace('token', 'introspect'); d.introspection_endpoint_auth_methods_supported = ['client_secret_basic']; }) },

  // Clients by document, names in other scripts, heads in other spelling.
  'documents of clients offered beside registration': { hooks: asDoc((d) => { d.client_id_metadata_document_supported = true; }) },
  'realm in another script': { hooks: challenge((c) => Buffer.from(`Bearer realm="Notizbücher", resource_metadata="${c.prmUrl}"`, 'utf8').toString('latin1')) },
  'no space behind the colon, capitals in the coding': { hooks: raw((b) => `HTTP/1.1 200 OK\r\ncontent-type:application/json\r\ntransfer-encoding:Chunked\r\nconnection:close\r\n\r\n${b.length.toString(16)}\r\n${b}\r\n0\r\n\r\n`) },
  'processing, then the answer': { hooks: raw((b) => `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${b.length}\r\nConnection: close\r\n\r\n${b}`) },
  'GET finds nothing, only POST is routed': { hooks: { mcp: (a, c) => (c.method === 'GET' || c.method === 'DELETE' ? Answer.json(404, { error: 'not found' }) : a) } },
  'key set with more keys': { hooks: { jwks: (a, c) => (c.method === 'OPTIONS' ? a : a.json((d) => { d.keys.unshift({ kty: 'EC', crv: 'P-256', kid: 'e1', use: 'enc', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' }); })) } },
};
