// The two documents as proxies, caches, compilers of JSON and people who fill in templates leave them.

import zlib from 'node:zlib';
import { Answer } from '../kit.mjs';
import { RS, AS, fault, at, challenge } from '../table.mjs';

const prm = (change) => ({ prmDocument: (d, c) => change(d, c) ?? d });
const set = (name, value) => prm((d, c) => { d[name] = typeof value === 'function' ? value(c) : value; });
const resource = (change) => set('resource', (c) => change(c.resource, c));
const servers = (value) => set('authorization_servers', value);
const prmOk = (change) => at('prm', (a, c) => (a.status === 200 ? change(a, c) : a));
const as = (change) => ({ metadataDocument: (d, c) => change(d, c) ?? d });
const put = (name, value) => as((d, c) => { d[name] = typeof value === 'function' ? value(c) : value; });
const rename = (from, to) => as((d) => { d[to] = d[from]; delete d[from]; });
const asOk = (change) => at('metadata', (a, c) => (a.status === 200 ? change(a, c) : a));
const endpoint = (name, change) => put(name, (c) => change(c.at[name.split('_')[0].replace('authorization', 'authorize').replace('registration', 'register')], c));
const spring = { shape: 'spring' };
const realm = { shape: 'keycloak' };

export default {
  // Statuses, wires and encodings of the first document.
  'prm: 206': fault(RS, [/206/], prmOk((a) => { a.status = 206; })),
  'prm: 304': fault(RS, [/304/], prmOk(() => new Answer(304))),
  'prm: 429': fault(RS, [/429/], at('prm', () => Answer.json(429, { message: 'slow down' }, { 'Retry-After': '120' }))),
  'prm: 503': fault(RS, [/503/], at('prm', () => Answer.html(503, 'Down for maintenance', { 'Retry-After': '3600' }))),
  'prm: 400': fault(RS, [/400/], at('prm', () => Answer.json(400, { error: 'Missing tenant' }))),
  'prm: gzip, not said': fault(RS, [/gzip|Content-Encoding|compress/i], prmOk((a) => { a.body = zlib.gzipSync(a.body); })),
  'prm: gzip twice': fault(RS, [/gzip|Content-Encoding/i], prmOk((a) => { a.body = zlib.gzipSync(zlib.gzipSync(a.body)); a.set('Content-Encoding', 'gzip'); })),
  'prm: encoding that was not asked for': fault(RS, [/Content-Encoding/i, /compress/], prmOk((a) => { a.set('Content-Encoding', 'compress'); })),
  'prm: encoding called utf-8': fault(RS, [/Content-Encoding/i, /utf-8/], prmOk((a) => a.set('Content-Encoding', 'utf-8'))),
  'prm: shorter by its length': fault(RS, [/JSON|cut|Content-Length/], { before: (c) => (c.where === 'prm' ? Answer.raw(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 30\r\nConnection: close\r\n\r\n${JSON.stringify({ resource: c.resource, authorization_servers: [c.issuer] })}`) : undefined) }),
  'prm: line break in a string': fault(RS, [/JSON/], prmOk((a) => { a.body = a.body.replace('"Notes"', '"No\ntes"'); })),
  'prm: latin-1': fault(RS, [/UTF-8/], prmOk((a) => { a.body = Buffer.from(a.body.replace('Notes', 'Caf\xe9'), 'latin1'); })),
  'prm: NaN': fault(RS, [/JSON/, /NaN/], prmOk((a) => { a.body = a.body.replace('{', '{"max_age":NaN,'); })),
  'prm: two documents': fault(RS, [/JSON/], prmOk((a) => { a.body = `${a.body}\n${a.body}`; })),
  'prm: warning before it': fault(RS, [/JSON/], prmOk((a) => { a.body = `<br />\n<b>Warning</b>: Undefined array key "host" in <b>/var/www/prm.php</b> on line 7<br />\n${a.body}`; })),
  'prm: guard against script tags': fault(RS, [/JSON/], prmOk((a) => { a.body = `)]}',\n${a.body}`; })),
  'prm: octets': fault(RS, [/Content-Type/i, /octet-stream/], prmOk((a) => a.set('Content-Type', 'application/octet-stream'))),
  'prm: text/json': fault(RS, [/Content-Type/i, /text\/json/], prmOk((a) => a.set('Content-Type', 'text/json'))),
  'prm: type misspelt': fault(RS, [/Content-Type/i, /application-json/], prmOk((a) => a.set('Content-Type', 'application-json'))),
  'prm: redirected to https': fault(RS, [/301/, /https/], at('prm', (a, c) => Answer.to(c.prmUrl.replace('http:', 'https:'), 301))),
  'prm: redirect without a target': fault(RS, [/302/, /Location/], at('prm', () => new Answer(302))),
  'prm: only below the endpoint': fault(RS, [/oauth-protected-resource/], { ...challenge('Bearer'), before: (c) => { if (c.path === '/mcp/.well-known/oauth-protected-resource') return Answer.json(200, { resource: c.resource, authorization_servers: [c.issuer] }); if (c.where === 'prm') return Answer.json(404, {}); } }, spring),

  // `resource`.
  'resource: user and password': fault(RS, [/resource/, /user|@/i], resource((r) => r.replace('http://', 'http://notes@')), spring),
  'resource: ws': fault(RS, [/resource/, /ws:/], resource((r) => r.replace('http:', 'ws:')), spring),
  'resource: urn': fault(RS, [/resource/, /urn:notes/], resource(() => 'urn:notes:mcp'), spring),
  'resource: any port': fault(RS, [/resource/, /\*/], resource((r) => r.replace(/:\d+/, ':*')), spring),
  'resource: slash twice': fault(RS, [/resource/, /\/\/mcp/], resource((r) => r.replace('/mcp', '//mcp')), spring),
  'resource: percent-encoded letter': fault(RS, [/resource/, /%6D/i], resource((r) => r.replace('/mcp', '/%6Dcp')), spring),
  'resource: dots in the path': fault(RS, [/resource/, /\.\./], resource((r) => r.replace('/mcp', '/x/../mcp')), spring),
  'resource: dot behind the host': fault(RS, [/resource/, /localhost\./], resource((r) => r.replace('localhost', 'localhost.')), { shape: 'spring', with: { host: 'localhost' } }),
  'resource: invisible character': fault(RS, [/resource/, /U\+200B|zero|invisible|character/i], resource((r) => `${r}\u200b`), spring),
  'resource: host in capitals': fault(RS, [/resource/, /LOCALHOST/], resource((r) => r.replace('localhost', 'LOCALHOST')), { shape: 'spring', with: { host: 'localhost' } }),
  'resource: number': fault(RS, [/resource/, /number/], resource(() => 7)),
  'resource: true': fault(RS, [/resource/, /boolean|true/], resource(() => true)),
  'resource: in angle brackets': fault(RS, [/resource/, /</], resource((r) => `<${r}>`), spring),
  'resource: the document itself': fault(RS, [/resource/, /well-known/], resource((r, c) => c.prmUrl), spring),
  'resource: template': fault(RS, [/resource/, /\{\{/], resource(() => 'https://{{ host }}/mcp')),
  'resource: with a port that is the default': fault(RS, [/resource/, /:443/], resource(() => 'https://notes.example:443/mcp')),

  // `authorization_servers`.
  'servers: map': fault(RS, [/authorization_servers/, /object/], servers((c) => ({ default: c.issuer }))),
  'servers: number': fault(RS, [/authorization_servers/, /number/], servers(1)),
  'servers: array in an array': fault(RS, [/authorization_servers/, /array/], servers((c) => [[c.issuer]])),
  'servers: commas in one text': fault(RS, [/authorization_servers/, /,/], servers((c) => [`${c.issuer},https://login.example`])),
  'servers: user and password': fault([RS, AS], [/authorization_servers|issuer/, /user|@/i], servers((c) => [c.issuer.replace('http://', 'http://notes@')]), spring),
  'servers: fragment': fault([RS, AS], [/authorization_servers|issuer/, /#|fragment/], servers((c) => [`${c.issuer}#main`]), spring),
  'servers: query': fault([RS, AS], [/authorization_servers|issuer/, /\?|query/], servers((c) => [`${c.issuer}?realm=acme`]), spring),
  'servers: the keys': fault([RS], [/authorization_servers/, /jwks/], servers((c) => [c.at.jwks]), spring),
  'servers: issuer instead': fault(RS, [/authorization_servers/, /`?issuer`?/], prm((d, c) => { delete d.authorization_servers; d.issuer = c.issuer; })),
  'servers: another name': fault(RS, [/authorization_servers/, /auth_servers/], prm((d) => { d.auth_servers = d.authorization_servers; delete d.authorization_servers; })),
  'servers: words': fault(RS, [/authorization_servers/, /Keycloak/], servers(['Keycloak'])),
  'servers: one slash in the scheme': fault(RS, [/authorization_servers/, /http:\/1|scheme|slash|URL/], servers((c) => [c.issuer.replace('http://', 'http:/')])),
  'servers: scheme twice': fault(RS, [/authorization_servers/, /https:\/\/http/], servers((c) => [`https://${c.issuer}`])),
  'servers: invisible character': fault(RS, [/authorization_servers|issuer/, /U\+200B|zero|invisible|character/i], servers((c) => [`${c.issuer}\u200b`]), spring),
  'servers: token endpoint of a provider': fault(RS, [/authorization_servers/, /oauth\/token/], servers((c) => [c.at.token]), { shape: 'auth0' }),
  'servers: capital letters in the path': fault([RS, AS], [/authorization_servers|issuer/, /\/Realms/], servers((c) => [c.issuer.replace('realms', 'Realms')]), realm),

  // Its other members.
  'methods: text': fault(RS, [/bearer_methods_supported/, /string|array/], set('bearer_methods_supported', 'header')),
  'methods: only the body': fault(RS, [/bearer_methods_supported/, /body/], set('bearer_methods_supported', ['body'])),
  'methods: none': fault(RS, [/bearer_methods_supported/, /empty/i], set('bearer_methods_supported', [])),
  'scopes: objects': fault(RS, [/scopes_supported/, /object/], set('scopes_supported', [{ name: 'notes:read' }])),
  'scopes: null': fault(RS, [/scopes_supported/, /null/], set('scopes_supported', null)),
  'scopes: numbers': fault(RS, [/scopes_supported/, /number/], set('scopes_supported', [1, 2])),
  'scopes: an empty one': fault(RS, [/scopes_supported/, /empty/i], set('scopes_supported', ['notes:read', ''])),
  'scopes: commas in one text': fault(RS, [/scopes_supported/, /notes:read,notes:write/], set('scopes_supported', ['notes:read,notes:write'])),
  'scopes: a map': fault(RS, [/scopes_supported/, /object/], set('scopes_supported', { 'notes:read': 'Read' })),
  'binding to keys demanded, Bearer taken': fault(RS, [/dpop_bound_access_tokens_required/], set('dpop_bound_access_tokens_required', true)),
  'signing algorithms: none': fault(RS, [/resource_signing_alg_values_supported/, /none/], set('resource_signing_alg_values_supported', ['none'])),
  'keys of the resource: relative': fault(RS, [/jwks_uri/, /relative|absolute|\/keys/], set('jwks_uri', '/keys')),
  'name: object': fault(RS, [/resource_name/, /object/], set('resource_name', { en: 'Notes' })),
  'signed metadata: no JWT': fault(RS, [/signed_metadata/], set('signed_metadata', 'yes')),

  // Where the second document is, and how it comes.
  'metadata: only without the path': fault(AS, [/404/, /well-known/], { before: (c) => { if (c.where === 'metadata') { if (c.path !== '/.well-known/oauth-authorization-server') return Answer.json(404, {}); c.path = '/.well-known/oauth-authorization-server/realms/acme'; } } }, { shape: 'keycloak', with: { documents: ['oauth'] } }),
  'metadata: RFC 8414 appended only': fault(AS, [/404/, /well-known/], {}, { shape: 'okta', with: { documents: ['oauth-appended'] } }),
  'metadata: redirected to https': fault(AS, [/301/, /https/], at('metadata', (a, c) => Answer.to(c.as.replace('http:', 'https:') + c.path, 301))),
  'metadata: to a login': fault(AS, [/302|login/], { ...at('metadata', (a, c) => Answer.to(`${c.as}/login`)), before: (c) => (c.path === '/login' ? Answer.html(200, 'Sign in') : undefined) }),
  'metadata: 429': fault(AS, [/429/], at('metadata', () => Answer.json(429, {}, { 'Retry-After': '60' }))),
  'metadata: 503': fault(AS, [/503/], at('metadata', () => Answer.html(503, 'Service Unavailable'))),
  'metadata: 421': fault(AS, [/421/], at('metadata', () => new Answer(421, 'Misdirected Request', { 'Content-Type': 'text/plain' }))),
  'metadata: text/plain': fault(AS, [/Content-Type/i, /text\/plain/], asOk((a) => a.set('Content-Type', 'text/plain'))),
  'metadata: no type': fault(AS, [/Content-Type/i], asOk((a) => a.drop('Content-Type'))),
  'metadata: gzip, not said': fault(AS, [/gzip|Content-Encoding|compress/i], asOk((a) => { a.body = zlib.gzipSync(a.body); })),
  'metadata: member twice': fault(AS, [/token_endpoint/, /twice|more than once|repeat/i], asOk((a, c) => { a.body = a.body.replace('{', `{"token_endpoint":"${c.as}/old/token",`); })),
  'metadata: single quotes': fault(AS, [/JSON/], asOk((a) => { a.body = a.body.replaceAll('"', "'"); })),
  'metadata: template markers': fault(AS, [/JSON/], asOk((a) => { a.body = a.body.replace('["S256"]', '{{ methods }}'); })),

  // `issuer`.
  'issuer: object': fault(AS, [/issuer/, /object/], put('issuer', (c) => ({ url: c.issuer }))),
  'issuer: true': fault(AS, [/issuer/, /boolean|true/], put('issuer', true)),
  'issuer: user and password': fault([AS, RS], [/issuer/, /@|user/i], put('issuer', (c) => c.issuer.replace('http://', 'http://admin@'))),
  'issuer: scheme in capitals': fault([AS, RS], [/issuer/, /HTTP:/], put('issuer', (c) => c.issuer.replace('http:', 'HTTP:'))),
  'issuer: invisible character': fault([AS, RS], [/issuer/, /U\+200B|zero|invisible|character/i], put('issuer', (c) => `${c.issuer}\u200b`)),
  'issuer: endpoint': fault([AS, RS], [/issuer/, /authorize/], put('issuer', (c) => c.at.authorize), spring),
  'issuer: only a name': fault([AS, RS], [/issuer/, /auth\.acme\.example/], put('issuer', 'auth.acme.example')),
  'issuer: called iss': fault(AS, [/`?issuer`?/, /`iss`|\biss\b/], rename('issuer', 'iss')),
  'issuer: called Issuer': fault(AS, [/`?issuer`?/, /Issuer/], rename('issuer', 'Issuer')),
  'issuer: dots': fault([AS, RS], [/issuer/, /\.\./], put('issuer', (c) => `${c.as}/x/../realms/acme`), realm),
  'issuer: two slashes at the end': fault([AS, RS], [/issuer/, /slash|\/\//i], put('issuer', (c) => `${c.issuer}//`), spring),

  // Endpoints.
  'authorization_url': fault(AS, [/authorization_endpoint/, /authorization_url/], rename('authorization_endpoint', 'authorization_url')),
  'authorize_endpoint': fault(AS, [/authorization_endpoint/, /authorize_endpoint/], rename('authorization_endpoint', 'authorize_endpoint')),
  'token_url': fault(AS, [/token_endpoint/, /token_url/], rename('token_endpoint', 'token_url')),
  'register_endpoint': fault(AS, [/registration_endpoint/, /register_endpoint/], rename('registration_endpoint', 'register_endpoint')),
  'space in a member name': fault(AS, [/token_endpoint/], rename('token_endpoint', 'token_endpoint ')),
  'token: false': fault(AS, [/token_endpoint/, /boolean|false/], put('token_endpoint', false)),
  'token: number': fault(AS, [/token_endpoint/, /number/], put('token_endpoint', 443)),
  'token: without a scheme, two slashes': fault(AS, [/token_endpoint/, /\/\//], endpoint('token_endpoint', (u) => u.replace('http:', ''))),
  'token: scheme twice': fault(AS, [/token_endpoint/, /https:\/\/http/], endpoint('token_endpoint', (u) => `https://${u}`)),
  'token: port too large': fault(AS, [/token_endpoint/, /99999/], endpoint('token_endpoint', (u) => u.replace(/:\d+/, ':99999'))),
  'token: backslashes': fault(AS, [/token_endpoint/, /\\/], endpoint('token_endpoint', (u) => u.replaceAll('/', '\\'))),
  'token: user and password': fault(AS, [/token_endpoint/, /user|password|credential|@/i], endpoint('token_endpoint', (u) => u.replace('http://', 'http://svc:pw@'))),
  'token: null in it': fault(AS, [/token_endpoint/, /null/], put('token_endpoint', 'null/token')),
  'token: ftp': fault(AS, [/token_endpoint/, /ftp/], endpoint('token_endpoint', (u) => u.replace('http:', 'ftp:'))),
  'token: tenant left open': fault(AS, [/token_endpoint/, /\{tenant\}/], put('token_endpoint', (c) => `${c.as}/{tenant}/oauth2/v2.0/token`), { shape: 'entra' }),
  'token: only spaces': fault(AS, [/token_endpoint/, /space|empty/i], put('token_endpoint', '  ')),
  'authorize: 0.0.0.0': fault(AS, [/authorization_endpoint/, /0\.0\.0\.0/], endpoint('authorization_endpoint', (u) => u.replace('127.0.0.1', '0.0.0.0'))),
  'authorize: prefix twice': fault(AS, [/authorization_endpoint/, /realms\/acme\/realms\/acme/, /404/], endpoint('authorization_endpoint', (u) => u.replace('/realms/acme', '/realms/acme/realms/acme')), realm),
  'authorize: line break': fault(AS, [/authorization_endpoint/, /space|line|character|\\n/i], endpoint('authorization_endpoint', (u) => `${u}\n`)),
  'authorize: angle brackets': fault(AS, [/authorization_endpoint/, /</], put('authorization_endpoint', 'https://<your-domain>/authorize')),
  'register: true': fault(AS, [/registration_endpoint/, /boolean|true/], put('registration_endpoint', true)),
  'register: empty': fault(AS, [/registration_endpoint/, /empty/i], put('registration_endpoint', '')),
  'register: dead port': fault(AS, [/registration_endpoint|registration endpoint/, /127\.0\.0\.1:1\b/], put('registration_endpoint', 'http://127.0.0.1:1/register')),
  'register: name of the cluster': fault(AS, [/registration_endpoint|registration endpoint/, /auth\.svc/], put('registration_endpoint', 'http://auth.svc/register')),

  // Lists.
  'pkce: space behind': fault(AS, [/code_challenge_methods_supported/, /S256 /], put('code_challenge_methods_supported', ['S256 '])),
  'pkce: [null]': fault(AS, [/code_challenge_methods_supported/, /null/], put('code_challenge_methods_supported', [null])),
  'pkce: commas in one text': fault(AS, [/code_challenge_methods_supported/, /S256,plain/], put('code_challenge_methods_supported', ['S256,plain'])),
  'pkce: array in an array': fault(AS, [/code_challenge_methods_supported/, /array/], put('code_challenge_methods_supported', [['S256']])),
  'pkce: stronger only': fault(AS, [/code_challenge_methods_supported/, /S512/], put('code_challenge_methods_supported', ['S512'])),
  'pkce: only in the other document': fault(AS, [/code_challenge_methods_supported/], as((d, c) => { if (c.path.includes('oauth-authorization-server')) delete d.code_challenge_methods_supported; }), spring),
  'response types: with token': fault(AS, [/response_types_supported/, /code token/], put('response_types_supported', ['code token', 'id_token'])),
  'response types: null': fault(AS, [/response_types_supported/, /null/], put('response_types_supported', null)),
  'response types: empty': fault(AS, [/response_types_supported/, /empty/i], put('response_types_supported', [])),
  'response types: capital': fault(AS, [/response_types_supported/, /Code/], put('response_types_supported', ['Code'])),
  'grant types: empty': fault(AS, [/grant_types_supported/, /empty/i], put('grant_types_supported', [])),
  'grant types: null': fault(AS, [/grant_types_supported/, /null/], put('grant_types_supported', null)),
  'grant types: hyphen': fault(AS, [/grant_types_supported/, /authorization-code/], put('grant_types_supported', ['authorization-code', 'refresh-token'])),
  'auth methods: null': fault(AS, [/token_endpoint_auth_methods_supported/, /null/], put('token_endpoint_auth_methods_supported', null)),
  'auth methods: empty': fault(AS, [/token_endpoint_auth_methods_supported/, /empty/i], put('token_endpoint_auth_methods_supported', [])),
  'auth methods: short names': fault(AS, [/token_endpoint_auth_methods_supported/, /basic/], put('token_endpoint_auth_methods_supported', ['basic', 'post'])),
  'scopes of the server: map': fault(AS, [/scopes_supported/, /object/], put('scopes_supported', { 'notes:read': 'Read' })),
  'scopes of the server: [null]': fault(AS, [/scopes_supported/, /null/], put('scopes_supported', [null])),
  'modes: text': fault(AS, [/response_modes_supported/, /string|array/], put('response_modes_supported', 'query')),
  'documents of clients: text': fault(AS, [/client_id_metadata_document_supported/, /string|boolean/], put('client_id_metadata_document_supported', 'true')),
  'pushed requests demanded, no endpoint': fault(AS, [/pushed_authorization_request_endpoint/], put('require_pushed_authorization_requests', true)),
  'signed requests demanded': fault(AS, [/require_signed_request_object/], put('require_signed_request_object', true)),
  'keys: null': fault(AS, [/jwks_uri/, /null/], put('jwks_uri', null)),
  'keys: dead port': fault(AS, [/jwks_uri|127\.0\.0\.1:1\b/], put('jwks_uri', 'http://127.0.0.1:1/jwks')),
  'resources: another': fault(AS, [/protected_resources/], put('protected_resources', ['https://other.example/mcp'])),
};
