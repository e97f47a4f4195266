// Servers that are right in manners of their own: what they add, repeat, keep open or leave out. No finding may be a failure.

import { Answer, oauthError, sign, random } from './kit.mjs';
import { at, on401, challenge } from './table.mjs';

const prmDoc = (change) => ({ prmDocument: (d, c) => change(d, c) ?? d });
const asDoc = (change) => ({ metadataDocument: (d, c) => change(d, c) ?? d });
const reply = (change) => ({ tokenReply: (r, c, again) => change(r, c, again) ?? r });
const mcp = (change) => ({ mcp: (a, c) => (c.kind === 'call' ? change(a, c) ?? a : a) });
const rpc = (method, change) => ({ rpcReply: (r, c) => (c.rpc === method ? change(r, c) ?? r : r) });
const all = (change) => ({ after: (a, c) => change(a, c) ?? a });
const write = { tool: 'write_note' };
const newest = { shape: 'spring', with: { stateless: true } };

export default {
  // Heads.
  'date ten minutes ahead': { hooks: all((a) => a.set('Date', new Date(Date.now() + 600000).toUTCString())) },
  'credentials allowed, with a star': { hooks: all((a) => a.set('Access-Control-Allow-Credentials', 'true')) },
  'other protocols offered': { with: { serverHeaders: { 'Alt-Svc': 'h3=":443"; ma=86400', 'Server-Timing': 'app;dur=3', NEL: '{}' } } },
  'documents to download': { hooks: { prm: (a) => a.set('Content-Disposition', 'attachment; filename="oauth-protected-resource"'), metadata: (a) => a.set('Content-Disposition', 'inline') } },
  'documents from a cache': { hooks: { prm: (a) => a.set('Age', '300').set('Cache-Control', 'public, max-age=3600').set('X-Cache', 'HIT'), metadata: (a) => a.set('Age', '86000').set('Cache-Control', 'max-age=86400') } },
  '401 with a Location': { hooks: on401((a) => a.set('Location', '/login')) },
  '401 with a Link': { hooks: on401((a, c) => a.set('Link', `<${c.prmUrl}>; rel="oauth-protected-resource"`)) },
  'session id of visible characters': { shape: 'keycloak', hooks: { mcp: (a, c) => { if (c.rpc === 'initialize' && a.get('mcp-session-id')) { const id = `!#$%&()*+,-./:;<=>?@[]^_{|}~${random()}`; c.sessions.add(id); a.set('Mcp-Session-Id', id); } return a; } } },

  // Challenges.
  'scheme of the url in capitals': { shape: 'spring', hooks: challenge((c) => `Bearer resource_metadata="${c.prmUrl.replace('http:', 'HTTP:')}"`) },
  'authorization_uri beside': { hooks: challenge((c) => `Bearer authorization_uri="${c.at.authorize}", resource_metadata="${c.prmUrl}"`) },
  'commas and equals in the description': { hooks: challenge((c) => `Bearer error_description="send a=b, c=d; then \\"go\\"", resource_metadata="${c.prmUrl}", realm=""`) },
  'bearer first, basic in a line of its own': { hooks: on401((a, c) => a.set('WWW-Authenticate', `Bearer resource_metadata="${c.prmUrl}"`).add('WWW-Authenticate', 'Basic realm="admins", charset="UTF-8"')) },
  'page for people with the 401': { hooks: on401((a) => { a.body = '<!DOCTYPE html><title>Sign in</title><form action="/login" method="post"></form>'; a.set('Content-Type', 'text/html'); }) },
  'the same scope twice': { shape: 'spring', hooks: challenge((c) => `Bearer resource_metadata="${c.prmUrl}", scope="notes:read notes:read"`) },

  // Documents.
  'root describes the origin, path the endpoint': { shape: 'spring', with: { prm: ['path', 'root'] }, hooks: prmDoc((d, c) => { if (!c.path.endsWith('/mcp')) d.resource = c.rs; }) },
  'authorization details': { hooks: prmDoc((d) => { d.authorization_details_types_supported = ['note']; d.resource_policy_uri = 'https://notes.example/policy'; d.resource_tos_uri = 'https://notes.example/tos'; }) },
  'not bound to certificates': { hooks: prmDoc((d) => { d.tls_client_certificate_bound_access_tokens = false; }) },
  'methods of its own beside': { hooks: asDoc((d) => { d.token_endpoint_auth_methods_supported = [...d.token_endpoint_auth_methods_supported, 'private_key_jwt', 'x-acme-signature']; d.token_endpoint_auth_signing_alg_values_supported = ['RS256']; }) },
  'more response types': { hooks: asDoc((d) => { d.response_types_supported = ['code', 'id_token', 'code id_token']; d.response_modes_supported = ['query', 'fragment', 'form_post', 'jwt']; }) },
  'endpoints it does not need': { hooks: asDoc((d, c) => { d.userinfo_endpoint = `${c.as}/userinfo`; d.device_authorization_endpoint = `${c.as}/device`; d.pushed_authorization_request_endpoint = `${c.as}/par`; d.require_pushed_authorization_requests = false; d.end_session_endpoint = `${c.as}/logout`; }) },
  'keys with certificates': { hooks: { jwks: (a, c) => (c.method === 'OPTIONS' ? a : a.json((d) => { d.keys[0].x5c = ['MIIB']; d.keys[0].x5t = 'abc'; d.keys[0].key_ops = ['verify']; })) } },

  // Registration.
  'id with spaces': { shape: 'spring', hooks: { client: (d, c) => { const id = `notes client ${d.client_id}`; c.clients.set(id, { ...c.clients.get(d.client_id), client_id: id }); d.client_id = id; return d; } } },
  'empty members echoed': { hooks: { client: (d) => ({ ...d, logo_uri: null, contacts: [], policy_uri: '', tos_uri: null, jwks: null, scope: d.scope ?? '' }) } },
  'short id': { shape: 'keycloak', hooks: { client: (d, c) => { c.world.ids = (c.world.ids ?? 6) + 1; const id = String(c.world.ids); c.clients.set(id, { ...c.clients.get(d.client_id), client_id: id }); d.client_id = id; return d; } } },

  // On the way.
  'redirect with 301': { hooks: { authorize: (a) => { if (a.status === 302) a.status = 301; return a; } } },
  'redirect URI with a query': { shape: 'spring', args: ['--redirect-uri', 'http://127.0.0.1:33418/callback?tab=1'] },
  'parameters before ours': { hooks: { response: (p) => new URLSearchParams([['session', 'x'], ...p, ['lang', 'de']]) } },
  'redirect with cache headers': { hooks: { authorize: (a) => a.set('Cache-Control', 'no-store').set('Pragma', 'no-cache').set('Referrer-Policy', 'no-referrer').set('Content-Security-Policy', "frame-ancestors 'none'") } },

  'sign-in page that is a program': { ending: 'incomplete', hooks: { authorize: () => new Answer(200, '<!DOCTYPE html><html><head><title>Sign in</title></head><body><div id="root"></div><script type="module" src="/app.js"></script></body></html>', { 'Content-Type': 'text/html' }) } },
  'consent page': { ending: 'incomplete', hooks: { authorize: () => new Answer(200, '<!DOCTYPE html><html><body><p>Notes asks for access</p><form method="post"><button>Allow</button><button>Deny</button></form></body></html>', { 'Content-Type': 'text/html' }) } },
  'one url for two endpoints': { shape: 'spring', with: { endpoints: { authorize: '/oauth', token: '/oauth', register: '/register', jwks: '/jwks' } }, hooks: { before: (c) => { if (c.path === '/oauth' && c.method === 'POST') c.where = 'token'; } } },

  // Tokens.
  'refresh token only with offline_access': { shape: 'keycloak', with: { alsoScopes: ['offline_access'] }, hooks: { ...asDoc((d) => { d.scopes_supported = [...d.scopes_supported, 'offline_access']; }), ...reply((r) => { if (!(r.scope ?? '').includes('offline_access')) delete r.refresh_token; }) } },
  'audience with and without the slash': { shape: 'spring', hooks: { claims: (k) => { k.aud = [k.aud, `${k.aud}/`]; return k; } } },
  'another error for a wrong verifier': { hooks: { token: (a, c) => (c.grant === 'authorization_code' && a.status === 400 ? oauthError(400, 'invalid_request', 'the request cannot be honoured') : a) } },
  'answers 401 where a client is not known': { shape: 'okta', hooks: { token: (a, c) => (a.status === 400 && /used|client/.test(a.body) ? oauthError(401, 'invalid_client', 'no such client or grant') : a) } },
  'every refresh gives another scope order': { shape: 'spring', hooks: reply((r, c, again) => { if (again) r.scope = r.scope.split(' ').reverse().join(' '); }) },
  'id token and more on refresh': { shape: 'okta', hooks: reply((r, c) => { r.id_token = sign({ iss: c.issuer, sub: 'user-1', aud: c.client?.client_id ?? 'x', exp: Math.floor(Date.now() / 1000) + 300 }); }) },

  // Messages.
  'stream stays open behind its answer': { hooks: mcp((a, c) => { if (a.status !== 200 || c.message?.id === undefined) return a; const s = Answer.raw(`HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n${a.get('mcp-session-id') ? `Mcp-Session-Id: ${a.get('mcp-session-id')}\r\n` : ''}Connection: close\r\n\r\nevent: message\ndata: ${a.body.startsWith('event') ? JSON.stringify(JSON.parse(/data: (.*)/.exec(a.body)[1])) : a.body}\n\n`); s.open = true; return s; }) },
  'ping before the answer': { with: { stream: true }, hooks: mcp((a) => { if (/stream/.test(a.get('content-type') ?? '')) a.body = `event: message\ndata: {"jsonrpc":"2.0","id":"srv-1","method":"ping"}\n\n${a.body}`; }) },
  'tool that belongs to somebody else': { hooks: rpc('tools/call', (r) => { r.result = { isError: true, content: [{ type: 'text', text: 'Access denied: this note belongs to another user' }] }; }) },
  'tools that speak of refusals': { hooks: rpc('tools/list', (r) => { for (const t of r.result?.tools ?? []) t.description = 'Explains errors such as 401 Unauthorized, insufficient_scope and invalid_token'; }) },
  'five hundred tools': { hooks: rpc('tools/list', (r) => { if (r.result?.tools) r.result.tools = [...r.result.tools, ...Array.from({ length: 500 }, (_, i) => ({ name: `tool_${i}`, title: `Tool ${i}`, description: 'x'.repeat(120), inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }))]; }) },
  'stateless, several versions': { ...newest, hooks: rpc('server/discover', (r) => { r.result.supportedVersions = ['2026-07-28', '2026-09-01']; r.result.instructions = 'hello'; }) },
  'stateless, step-up, Entra': { shape: 'entra', with: { stateless: true }, ...write },
  '2025-03-26, resource metadata as well': { shape: 'fastmcp', args: ['--spec', '2025-03-26'], with: { anyResource: true } },
  '2025-06-18, opaque tokens and step-up': { ending: ['complete', 'blocked'], shape: 'auth0', with: { token: 'opaque' }, args: ['--spec', '2025-06-18'], ...write },
  'a prefix of the endpoint refused': { hooks: { before: (c) => (c.side === 'rs' && c.path === '/' ? Answer.json(403, { error: 'forbidden' }) : undefined) } },
  'error page in front of unknown paths': { hooks: { before: (c) => (c.where === 'other' ? Answer.html(404, 'Nothing here | Acme') : undefined) } },
  // A form is sent without asking first.
  'token endpoint refuses preflights': { hooks: { token: (a, c) => (c.method === 'OPTIONS' ? Answer.json(403, {}) : a) } },
  'preflight answers 200 with a page': { hooks: { after: (a, c) => { if (c.method === 'OPTIONS' && a.status === 204) { a.status = 200; a.body = 'ok'; a.set('Content-Type', 'text/plain'); } return a; } } },
};
