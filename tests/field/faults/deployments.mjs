// Whole deployments of another age: 2025-03-26 without protected resource metadata, and stateless servers of 2026-07-28.

import { Answer, oauthError } from '../kit.mjs';
import { RS, AS, CL, fault, at, challenge, on401 } from '../table.mjs';

const old = { mcpPath: '/mcp', prm: [], iss: false, anyResource: true };
const plain = challenge('Bearer');
const asDoc = (change) => ({ metadataDocument: (d, c) => change(d, c) ?? d });
const was = (hooks, more = {}) => [{ ...plain, ...hooks }, { shape: 'worker', ...more, with: { ...old, ...more.with } }];
const rpc = (change) => ({ rpcReply: (r, c) => change(r, c) ?? r });
const fresh = { shape: 'spring', with: { stateless: true } };
const only = (method, change) => ({ mcp: (a, c) => (c.rpc === method ? change(a, c) ?? a : a) });
const error = (c, status, code, message, data) => Answer.json(status, { jsonrpc: '2.0', id: c.message.id ?? null, error: { code, message, ...(data && { data }) } });

export default {
  '2025-03-26: endpoints elsewhere, no metadata': fault([RS, AS], [/404/, /well-known|\/register|\/authorize|metadata/], ...was({ metadata: () => Answer.json(404, {}) }, { with: { endpoints: { authorize: '/oauth/authorize', token: '/oauth/token', register: '/oauth/register', jwks: '/jwks' } } })),
  '2025-03-26: metadata 500': fault([RS, AS], [/500/], ...was(at('metadata', () => Answer.json(500, {})))),
  '2025-03-26: metadata is a page': fault([RS, AS], [/HTML/i], ...was(at('metadata', () => Answer.html(200, 'Notes')))),
  '2025-03-26: issuer elsewhere': fault([RS, AS], [/issuer/, /auth\.example/], ...was(asDoc((d) => { d.issuer = 'https://auth.example'; }))),
  '2025-03-26: no registration': fault([RS, AS], [/registration_endpoint|regist/], ...was({}, { with: { register: false } })),
  '2025-03-26: plain only': fault([RS, AS], [/plain|S256|code_challenge/], ...was({ ...asDoc((d) => { d.code_challenge_methods_supported = ['plain']; }), consent: (c) => (c.query.get('code_challenge_method') === 'S256' ? { error: 'invalid_request', error_description: 'transform algorithm not supported' } : undefined) })),
  '2025-03-26: 401 without header': fault(RS, [/WWW-Authenticate/], ...was(on401((a) => a.drop('WWW-Authenticate')))),
  '2025-03-26: 403': fault(RS, [/403/, /401/], ...was(on401((a) => Object.assign(a, { status: 403 })))),
  '2025-03-26: token form-encoded': fault([RS, AS], [/form|x-www-form/], ...was(at('token', (a) => { if (a.status === 200) { a.body = String(new URLSearchParams(JSON.parse(a.body))); a.set('Content-Type', 'application/x-www-form-urlencoded'); } }))),
  '2025-03-26: state lost': fault([RS, AS], [/state/], ...was({ response: (p) => { p.delete('state'); return p; } })),
  '2025-03-26: refresh refused': fault([RS, AS], [/refresh/i, /invalid_grant/], ...was({ grant: (c) => (c.grant === 'refresh_token' ? oauthError(400, 'invalid_grant', 'unknown refresh token') : undefined) })),
  '2025-03-26: token refused': fault([RS], [/401/], ...was({ judge: (c, t) => (t && c.tokens.has(t) ? Answer.json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }) : undefined) })),

  '2025-06-18: challenge without url': fault(RS, [/resource_metadata/], challenge('Bearer'), { shape: 'spring', args: ['--spec', '2025-06-18'] }),
  '2025-06-18: resource other': fault(RS, [/resource/, /legacy/], { prmDocument: (d, c) => { d.resource = `${c.rs}/legacy`; return d; } }, { shape: 'keycloak', args: ['--spec', '2025-06-18'] }),

  'stateless: discover unknown': fault(RS, [/server\/discover/, /-32601|404|Method not found/], only('server/discover', (a, c) => error(c, 404, -32601, 'Method not found')), fresh),
  'stateless: versions missing': fault(RS, [/supportedVersions/], rpc((r, c) => { if (c.rpc === 'server/discover') delete r.result.supportedVersions; }), fresh),
  'stateless: versions misnamed': fault(RS, [/supportedVersions/, /protocolVersions/], rpc((r, c) => { if (c.rpc === 'server/discover') { r.result.protocolVersions = r.result.supportedVersions; delete r.result.supportedVersions; } }), fresh),
  'stateless: other versions': fault(RS, [/supportedVersions/, /2026-01-01/], rpc((r, c) => { if (c.rpc === 'server/discover') r.result.supportedVersions = ['2026-01-01']; }), fresh),
  'stateless: wants a session': fault(RS, [/session/i], only('tools/list', (a, c) => error(c, 400, -32000, 'Bad Request: Mcp-Session-Id header is required')), fresh),
  'stateless: refuses its own version': fault(RS, [/version/i, /2026-07-28/], only('tools/list', (a, c) => error(c, 400, -32022, 'Unsupported protocol version', { supported: ['2025-11-25'], requested: '2026-07-28' })), fresh),
  'stateless: header called missing': fault(RS, [/Mcp-Method|-32020/], only('tools/list', (a, c) => error(c, 400, -32020, 'Header Mcp-Method is missing')), fresh),
  'stateless: list fails': fault(RS, [/-32603|Internal error/], rpc((r, c) => (c.rpc === 'tools/list' ? { jsonrpc: '2.0', id: r.id, error: { code: -32603, message: 'Internal error' } } : r)), fresh),
  'stateless: offline_access in the challenge': fault(RS, [/offline_access/], challenge((c) => `Bearer resource_metadata="${c.prmUrl}", scope="notes:read offline_access"`), { ...fresh, with: { ...fresh.with, alsoScopes: ['offline_access'] }, args: ['--spec', '2026-07-28'] }),
  'stateless: aud of another resource': fault(AS, [/aud/, /files/], { claims: (k) => ({ ...k, aud: 'https://files.example/mcp' }), accepts: (k, c) => (k && [].concat(k.aud).includes(c.resource) ? k : undefined) }, fresh),
  'stateless: token refused': fault(RS, [/401/], { judge: (c, t) => (t && c.tokens.has(t) ? Answer.json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': `Bearer error="invalid_token", error_description="cannot verify", resource_metadata="${c.prmUrl}"` }) : undefined) }, fresh),
  'stateless: issuer differs': fault([AS, RS], [/issuer/, /slash/i], asDoc((d, c) => { d.issuer = `${c.issuer}/`; }), { ...fresh, args: ['--spec', '2026-07-28'] }),
  'stateless: discover needs no token': fault(RS, [/server\/discover|tools\/list|initialize/, /401/], { before: (c) => { if (c.where === 'mcp' && c.method === 'POST' && c.req.headers.authorization === undefined) { const m = JSON.parse(c.text); if (m.method === 'server/discover') return Answer.json(200, { jsonrpc: '2.0', id: m.id, result: { supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, serverInfo: { name: 'x', version: '1' }, resultType: 'complete' } }); } } }, { ...fresh, args: ['--spec', '2026-07-28'] }),
};
