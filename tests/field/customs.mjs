// Servers that are right, and habits of the field that look wrong at first sight.

import { Answer, random, now } from './kit.mjs';
import { on401 } from './table.mjs';

const known = (k, c, kept) => (kept && kept.truth.exp > now() && [].concat(kept.truth.aud).includes(c.resource) ? { scope: kept.truth.scope } : undefined);
const reply = (change) => ({ tokenReply: (r, c, again) => change(r, c, again) ?? r });
const rpc = (change) => ({ rpcReply: (r, c) => change(r, c) ?? r });
const cookie = (c) => /sid=ok/.test(c.req.headers.cookie ?? '');

const limited = (n, key, answer) => (c) => { c.world[key] = (c.world[key] ?? 0) + 1; return c.world[key] > n ? answer() : undefined; };
const slow = () => Answer.json(429, { error: 'slow_down', error_description: 'too many requests' }, { 'Retry-After': '60' });

export default {
  'code of six digits': { shape: 'spring', hooks: { response: (p, c) => { const k = c.codes.get(p.get('code')); const short = String(100000 + (c.world.cd = (c.world.cd ?? 0) + 1)); c.codes.set(short, k); p.set('code', short); return p; } } },
  'refresh_expires_in zero': { shape: 'keycloak', hooks: reply((r) => { r.refresh_expires_in = 0; }) },
  'authorize is limited': { shape: 'spring', hooks: { before: (c) => (c.where === 'authorize' ? limited(4, 'an', slow)(c) : undefined) } },
  'authorize is limited at once': { shape: 'keycloak', hooks: { before: (c) => (c.where === 'authorize' ? limited(1, 'an', slow)(c) : undefined) } },
  'token is limited': { shape: 'auth0', hooks: { before: (c) => (c.where === 'token' && c.method === 'POST' ? limited(3, 'tn', slow)(c) : undefined) } },
  'registration is limited': { shape: 'okta', hooks: { before: (c) => (c.where === 'register' && c.method === 'POST' ? limited(1, 'rn', slow)(c) : undefined) } },
  'refused tokens lock the address out': { shape: 'keycloak', hooks: { judge: (c, t) => { if (c.world.locked) return Answer.json(403, { error: 'locked' }); if (t !== undefined && !c.tokens.has(t)) c.world.locked = (c.world.bad = (c.world.bad ?? 0) + 1) > 2; } } },
  'a firewall before odd requests': { shape: 'spring', hooks: { before: (c) => (/%3C|<|%22/i.test(c.req.url) ? Answer.html(403, 'Request blocked', { Server: 'AkamaiGHost' }) : undefined) } },
  'documents are limited': { shape: 'workos', hooks: { before: (c) => ((c.where === 'prm' || c.where === 'metadata') && c.method === 'GET' ? limited(4, 'dn', slow)(c) : undefined) } },
  'consent is asked again': { shape: 'descope', hooks: { authorize: (a, c) => (a.status === 302 && c.nth > 1 ? Answer.html(200, '<form method="post"><button>Allow</button></form>') : a) } },
  'second sign-in wants a person': { shape: 'spring', hooks: { consent: (c) => ((c.world.cn = (c.world.cn ?? 0) + 1) > 1 ? { error: 'interaction_required' } : undefined) } },
  'token with a bar': { hooks: { sign: () => `17|${random()}`, accepts: known } },
  'cookie needed on the way': { shape: 'spring', hooks: { before: (c) => (c.path === '/go' ? (cookie(c) ? Answer.to(`${c.at.authorize}?${c.query}&went=1`) : Answer.html(400, 'Cookies are required')) : undefined), authorize: (a, c) => (c.query.has('went') || a.status !== 302 ? a : Answer.to(`/go?${c.query}`).add('Set-Cookie', 'sid=ok; Path=/; HttpOnly')) } },
  'relative redirects on the way': { shape: 'keycloak', hooks: { before: (c) => (c.path === '/step' ? Answer.to(`${c.at.authorize}?${c.query}&went=1`) : undefined), authorize: (a, c) => (c.query.has('went') || a.status !== 302 ? a : Answer.to(`/step?${c.query}`)) } },
  'scope with a space behind': { shape: 'spring', hooks: reply((r) => { r.scope = `${r.scope} `; }) },
  'empty error beside the token': { hooks: reply((r) => { r.error = ''; r.error_description = ''; }) },
  'success true beside the token': { hooks: reply((r) => { r.success = true; r.ok = true; r.errors = []; }) },
  'no tools': { hooks: rpc((r, c) => { if (c.rpc === 'tools/list') r.result = { tools: [] }; }) },
  'tool that cannot find it': { hooks: rpc((r, c) => { if (c.rpc === 'tools/call') r.result = { isError: true, content: [{ type: 'text', text: 'GitHub API error 404: Not Found' }] }; }) },
  'tool with structured content': { hooks: rpc((r, c) => { if (c.rpc === 'tools/call') r.result = { content: [], structuredContent: { error: null, status: 401, note: 'status code of the page' } }; }) },
  'page for people at GET': { hooks: { before: (c) => (c.where === 'mcp' && c.method === 'GET' && /html/.test(c.req.headers.accept ?? '') ? Answer.html(200, 'Notes MCP server') : undefined) } },
  '401 with Retry-After': { hooks: on401((a) => a.set('Retry-After', '0')) },
  'token endpoint with Vary and ETag': { hooks: { token: (a) => (a.status === 200 ? a.set('Vary', 'Origin').set('ETag', 'W/"x"') : a) } },
  'exp far away': { shape: 'spring', hooks: { claims: (k) => ({ ...k, exp: now() + 30 * 86400 }) } },
  'resource with a slash in the metadata': { shape: 'spring', with: { slash: 'same' }, hooks: { prmDocument: (d) => { d.scopes_supported = undefined; return d; } } },
  'instructions and icons': { hooks: rpc((r, c) => { if (c.rpc === 'initialize') { r.result.instructions = 'Use the token you were given: Bearer abc'; r.result.serverInfo.icons = []; } }) },
};
