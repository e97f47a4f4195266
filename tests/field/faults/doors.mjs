// Before the first document: what stands in front of an MCP endpoint, and how a challenge goes astray on its way.

import { Answer } from '../kit.mjs';
import { RS, CL, fault, on401, challenge } from '../table.mjs';

const front = (answer) => on401((a, c) => answer(c, a));
/** Every request to the MCP endpoint, with a token or without. */
const gate = (answer) => ({ before: (c) => (c.where === 'mcp' && c.method !== 'OPTIONS' ? answer(c) : undefined) });
const url = (change) => challenge((c) => `Bearer resource_metadata="${change(c.prmUrl, c)}"`);
const bare = (c) => c.req.headers.authorization === undefined;
const preflight = (change) => ({ after: (a, c) => (c.method === 'OPTIONS' && c.where === 'mcp' ? change(a, c) ?? a : a) });
const opened = (change) => ({ after: (a, c) => (c.where === 'mcp' ? change(a, c) ?? a : a) });
const text = (status, body, headers) => new Answer(status, body, { 'Content-Type': 'text/plain', ...headers });
const spring = { shape: 'spring' };

export default {
  // The header's value, as templates, shells and frameworks mangle it.
  'comma behind the scheme': fault(RS, [/resource_metadata/, /comma|scheme/i], challenge((c) => `Bearer, resource_metadata="${c.prmUrl}"`), spring),
  'whole value quoted': fault(RS, [/WWW-Authenticate/, /quot|scheme/i], challenge((c) => `"Bearer resource_metadata=${c.prmUrl}"`), spring),
  'HTML entities': fault(RS, [/resource_metadata/, /&quot;|quot/], challenge((c) => `Bearer resource_metadata=&quot;${c.prmUrl}&quot;`), spring),
  'backslashed quotes': fault(RS, [/resource_metadata/, /\\|quot/], challenge((c) => `Bearer resource_metadata=\\"${c.prmUrl}\\"`), spring),
  'backticks': fault(RS, [/resource_metadata/, /`|quot/], challenge((c) => `Bearer resource_metadata=\`${c.prmUrl}\``), spring),
  'header name in the value': fault(RS, [/WWW-Authenticate/], challenge((c) => `WWW-Authenticate: Bearer resource_metadata="${c.prmUrl}"`), spring),
  'array of one': fault(RS, [/WWW-Authenticate/], challenge((c) => `['Bearer resource_metadata="${c.prmUrl}"']`), spring),
  'scheme twice': fault(RS, [/Bearer/], challenge((c) => `Bearer Bearer resource_metadata="${c.prmUrl}"`), spring),
  'url percent-encoded in part': fault(RS, [/resource_metadata/, /%2F/i], url((u) => u.replace('/mcp', '%2Fmcp')), spring),
  'dot forgotten': fault(RS, [/\/well-known/, /404/], url((u) => u.replace('/.well-known', '/well-known'))),
  'underscore in well-known': fault(RS, [/well_known/], url((u) => u.replace('.well-known', '.well_known'))),
  'plural of the document': fault(RS, [/oauth-protected-resources/, /404/], url((u) => u.replace('protected-resource', 'protected-resources'))),
  'slash at the end of the url': fault(RS, [/resource_metadata/, /404/], url((u) => `${u}/`), spring),
  'prefix stripped in front': fault(RS, [/resource_metadata/, /oauth-protected-resource\/mcp/, /404/], url((u, c) => `${c.rs}/.well-known/oauth-protected-resource/mcp`), { shape: 'spring', with: { mcpPath: '/notes/mcp' } }),
  'two forwarded protocols': fault(RS, [/resource_metadata/, /https,http/], url((u) => u.replace('http:', 'https,http:'))),
  'two forwarded hosts': fault(RS, [/resource_metadata/, /10\.0\.0\.7/], url((u, c) => u.replace(c.rs, `${c.rs}, 10.0.0.7`))),
  'port twice': fault(RS, [/resource_metadata/, /:8080/], url((u, c) => u.replace(c.rs, `${c.rs}:8080`))),
  'port too large': fault(RS, [/resource_metadata/, /99999/], url((u) => u.replace(/:\d+/, ':99999'))),
  'port left open': fault(RS, [/resource_metadata/], url((u) => u.replace(/:\d+\//, ':PORT/'))),
  'no host': fault(RS, [/resource_metadata/, /host|http:\/\/\//], url((u, c) => u.replace(c.rs, 'http://'))),
  'user and password': fault(RS, [/resource_metadata/, /user|password|credential/i], url((u) => u.replace('http://', 'http://admin:hunter2@')), spring),
  'path without its first slash': fault(RS, [/resource_metadata/], url((u) => u.replace('/.well-known', '.well-known'))),
  'fragment': fault(RS, [/resource_metadata/, /#|fragment/], url((u) => `${u}#metadata`), spring),
  'markdown link': fault(RS, [/resource_metadata/, /\[/], url((u) => `[${u}](${u})`)),
  'None': fault(RS, [/resource_metadata/, /None/], challenge('Bearer resource_metadata="None"')),
  'of the loopback of the container': fault(RS, [/resource_metadata/, /0\.0\.0\.0/], url((u, c) => u.replace('127.0.0.1', '0.0.0.0')), spring),

  'error insufficient_scope without a token': fault(RS, [/insufficient_scope/], challenge((c) => `Bearer error="insufficient_scope", scope="notes:read", resource_metadata="${c.prmUrl}"`), spring),
  'scope empty': fault(RS, [/scope/, /empty/i], challenge((c) => `Bearer resource_metadata="${c.prmUrl}", scope=""`), spring),
  'scope twice': fault(RS, [/scope/, /twice|two|repeat|more than once/i], challenge((c) => `Bearer resource_metadata="${c.prmUrl}", scope="notes:read", scope="notes:write"`), spring),
  'scope unquoted': fault(RS, [/notes:write|scope/, /quot|separat|comma/i], challenge((c) => `Bearer resource_metadata="${c.prmUrl}", scope=notes:read notes:write`), spring),
  'scopes for scope': fault(RS, [/`?scopes`?/, /`scope`|"scope"|scope\b/], challenge((c) => `Bearer resource_metadata="${c.prmUrl}", scopes="notes:read"`), spring),
  'scope percent-encoded': fault(RS, [/scope/, /%20/], challenge((c) => `Bearer resource_metadata="${c.prmUrl}", scope="notes:read%20notes:write"`), spring),
  'scope with a plus': fault(RS, [/scope/, /\+/], challenge((c) => `Bearer resource_metadata="${c.prmUrl}", scope="notes:read+notes:write"`), spring),
  'scope with two spaces': fault(RS, [/scope/, /space/i], challenge((c) => `Bearer resource_metadata="${c.prmUrl}", scope="notes:read  notes:write"`), spring),

  // Statuses and bodies of what stands in front.
  'HTTP+SSE transport only': fault([RS, CL], [/405/, /POST|SSE/], gate((c) => (c.method === 'POST' ? text(405, 'Method Not Allowed', { Allow: 'GET' }) : undefined))),
  'host refused by the Python SDK': fault(RS, [/421/, /Host/], gate(() => text(421, 'Invalid Host header'))),
  'host refused by the TypeScript SDK': fault(RS, [/403/, /Invalid Host/], gate(() => Answer.json(403, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'Invalid Host: 127.0.0.1' } }))),
  'host refused by Django': fault(RS, [/400/, /HTTP_HOST|DisallowedHost/], gate(() => Answer.html(400, 'DisallowedHost at /mcp: Invalid HTTP_HOST header'))),
  'host refused by Vite': fault(RS, [/403/, /host/i], gate(() => text(403, 'Blocked request. This host ("127.0.0.1") is not allowed.\nTo allow this host, add "127.0.0.1" to `server.allowedHosts`.'))),
  'no such route of an API gateway': fault(RS, [/403/, /Missing Authentication Token/], front(() => Answer.json(403, { message: 'Missing Authentication Token' }, { 'x-amzn-ErrorType': 'MissingAuthenticationTokenException', 'x-amzn-RequestId': '1' }))),
  'authorizer of an API gateway': fault(RS, [/401/, /WWW-Authenticate/], front(() => Answer.json(401, { message: 'Unauthorized' }, { 'x-amzn-ErrorType': 'UnauthorizedException', 'apigw-requestid': 'x' }))),
  'subscription key': fault(RS, [/AzureApiManagementKey/, /Bearer/], front(() => Answer.json(401, { statusCode: 401, message: 'Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.' }, { 'WWW-Authenticate': 'AzureApiManagementKey realm="https://gw.example/notes",name="Ocp-Apim-Subscription-Key",type="header"' }))),
  'deployment protection': fault(RS, [/401/, /WWW-Authenticate|HTML/], { before: (c) => (c.side === 'rs' ? Answer.html(401, 'Authentication Required', { Server: 'Vercel', 'Set-Cookie': '_vercel_sso_nonce=x; Path=/' }) : undefined) }),
  'identity-aware proxy': fault(RS, [/302/, /cloudflareaccess/], gate(() => Answer.to('https://acme.cloudflareaccess.com/cdn-cgi/access/login/notes.example?kid=1'))),
  'oauth2-proxy': fault(RS, [/302/, /oauth2\/start/], gate(() => Answer.to('/oauth2/start?rd=%2Fmcp'))),
  'oauth2-proxy, page': fault(RS, [/403/, /401/], gate(() => Answer.html(403, 'Sign in with your account'))),
  'RBAC of the mesh': fault(RS, [/403/, /RBAC|401/], front(() => text(403, 'RBAC: access denied', { server: 'istio-envoy' }))),
  'upstream of the mesh': fault(RS, [/503/, /upstream/i], gate(() => text(503, 'upstream connect error or disconnect/reset before headers. reset reason: connection failure', { server: 'envoy' }))),
  'no route of the ingress': fault(RS, [/404/], gate(() => text(404, '404 page not found'))),
  'no route of the gateway': fault(RS, [/404/, /no Route/i], gate(() => Answer.json(404, { message: 'no Route matched with those values' }))),
  '504 of nginx': fault(RS, [/504/], gate(() => Answer.html(504, '504 Gateway Time-out', { Server: 'nginx/1.24.0' }))),
  '402': fault(RS, [/402/], front(() => Answer.json(402, { error: 'Payment required: the plan of this workspace has ended' }))),
  '410': fault(RS, [/410/], gate(() => Answer.json(410, { error: 'This endpoint moved to /v2/mcp' }))),
  '413': fault(RS, [/413/], gate(() => Answer.html(413, '413 Request Entity Too Large'))),
  '426': fault(RS, [/426/], gate(() => text(426, 'Upgrade Required', { Upgrade: 'websocket' }))),
  '501': fault(RS, [/501/], gate(() => text(501, 'Unsupported method (\'POST\')'))),
  '202 without a token': fault(RS, [/202/, /401/], front(() => new Answer(202))),
  '204 without a token': fault(RS, [/204/, /401/], front(() => new Answer(204))),
  '200, nothing in it': fault(RS, [/200/, /empty/i], front(() => Answer.json(200, '') && new Answer(200, '', { 'Content-Type': 'application/json' }))),
  'unauthorized in a stream': fault(RS, [/200/, /401/], front((c) => (c.method === 'POST' ? new Answer(200, 'event: message\ndata: {"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"Unauthorized"}}\n\n', { 'Content-Type': 'text/event-stream' }) : undefined))),
  'Proxy-Authenticate for WWW-Authenticate': fault(RS, [/WWW-Authenticate/, /Proxy-Authenticate/i], on401((a) => { const v = a.get('www-authenticate'); a.drop('www-authenticate').add('Proxy-Authenticate', v); })),
  'wants a session before it asks': fault(RS, [/400/, /session/i], front(() => Answer.json(400, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'Bad Request: No valid session ID provided' } }))),
  'wants an origin': fault(RS, [/403/, /Origin/], gate((c) => (c.req.headers.origin ? undefined : Answer.json(403, { error: 'Origin header required' })))),
  'user agent refused': fault(RS, [/403/, /user.agent/i], gate(() => text(403, 'Forbidden: user agent not allowed'))),
  'refuses the revision before it asks': fault(RS, [/400/, /version/i], front(() => Answer.json(400, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'Bad Request: Unsupported protocol version (supported versions: 2024-11-05)' } }))),
  'API key in the body of the 401': fault(RS, [/401/, /WWW-Authenticate/], front(() => Answer.json(401, { error: { code: 401, message: 'API keys are not supported by this API. Expected OAuth2 access token.', status: 'UNAUTHENTICATED' } }))),

  // Methods and origins that differ.
  'GET without a challenge': fault(RS, [/GET/, /WWW-Authenticate/], { mcp: (a, c) => (c.method === 'GET' && a.status === 401 ? a.drop('WWW-Authenticate') : a) }, spring),
  'GET forbidden': fault(RS, [/GET/, /403/], { mcp: (a, c) => (c.method === 'GET' && a.status === 401 ? Answer.json(403, { error: 'forbidden' }) : a) }, spring),
  'GET to a login': fault(RS, [/GET/, /302/], { mcp: (a, c) => (c.method === 'GET' && a.status === 401 ? Answer.to('/login') : a) }, spring),
  'GET names another document': fault(RS, [/GET/, /resource_metadata/], { mcp: (a, c) => (c.method === 'GET' && a.status === 401 ? a.set('WWW-Authenticate', `Bearer resource_metadata="${c.rs}/.well-known/oauth-protected-resource"`) : a) }, spring),
  'DELETE without a token': fault(RS, [/DELETE/, /200/], { mcp: (a, c) => (c.method === 'DELETE' && bare(c) ? Answer.json(200, { ok: true }) : a) }),
  'preflight behind authentication': fault(RS, [/preflight|OPTIONS/, /401/], preflight(() => Answer.json(401, { error: 'unauthorized' }))),
  'preflight without Authorization': fault(RS, [/Access-Control-Allow-Headers/i, /Authorization/i], preflight((a) => a.set('Access-Control-Allow-Headers', 'Content-Type, MCP-Protocol-Version, Mcp-Session-Id'))),
  'preflight without the version header': fault(RS, [/MCP-Protocol-Version/i], preflight((a) => a.set('Access-Control-Allow-Headers', 'Authorization, Content-Type'))),
  'origin named twice': fault(RS, [/Access-Control-Allow-Origin/i, /\*, ?\*/], opened((a) => a.set('Access-Control-Allow-Origin', '*, *'))),
  'origin of another site': fault(RS, [/Access-Control-Allow-Origin/i, /app\.example/], opened((a) => a.set('Access-Control-Allow-Origin', 'https://app.example'))),
  'challenge hidden from browsers': fault(RS, [/Access-Control-Expose-Headers/i, /WWW-Authenticate/i], opened((a) => a.set('Access-Control-Expose-Headers', 'Mcp-Session-Id'))),

  // Addresses that people hand over.
  'url: slash too many': fault([RS, CL], [/404/], {}, { shape: 'keycloak', url: (w) => `${w.url}/` }),
  'url: only the origin': fault([RS, CL], [/404/], {}, { shape: 'spring', url: (w) => w.rs }),
  'url: the authorization server': fault([RS, CL], [/404|405/], {}, { shape: 'keycloak', url: (w) => w.issuer }),
  'url: the metadata document': fault([RS, CL], [/405|404/, /well-known/], {}, { shape: 'spring', url: (w) => w.prmUrl }),
};
