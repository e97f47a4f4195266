// Scope, audience, and the token at the MCP server; what a server accepts though it must not.

import { Answer, oauthError, sign, keys, now, random, verify } from '../kit.mjs';
import { RS, AS, CL, fault, at, withToken } from '../table.mjs';

const claims = (change) => ({ claims: (k, c) => change(k, c) ?? k });
/** A strict validator: what a JWT library checks. */
const strict = { accepts: (k, c) => (k && [].concat(k.aud ?? []).includes(c.resource) && k.iss === c.issuer && k.exp > now() && !(k.nbf > now()) ? { scope: k.scope ?? '' } : undefined) };
const refuse = (status, body, header) => ({ judge: (c, token) => (token && c.tokens.has(token) ? Answer.json(status, body, header ? { 'WWW-Authenticate': header } : {}) : undefined) });
const ok = (change) => ({ tokenReply: (r, c) => change(r, c) ?? r });
const rpc = (c, result) => Answer.json(200, { jsonrpc: '2.0', id: c.message?.id ?? JSON.parse(c.text).id, result });
const hello = (c) => rpc(c, { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'x', version: '1' } });
const auth = (c) => c.req.headers.authorization ?? '';

export default {
  'aud client id': fault(AS, [/aud/], { ...strict, ...claims((k) => { k.aud = k.client_id; }) }),
  'aud default api': fault(AS, [/aud/, /api:\/\/default/], { ...strict, ...claims((k) => { k.aud = 'api://default'; }) }, { shape: 'okta' }),
  'aud origin': fault([AS, RS], [/aud/, /\/mcp/], { ...strict, ...claims((k, c) => { k.aud = c.rs; }) }, { shape: 'spring' }),
  'aud slash': fault([AS, RS], [/aud/, /slash/i], { ...strict, ...claims((k, c) => { k.aud = `${k.aud}/`; }) }, { shape: 'spring' }),
  'aud other resource': fault(AS, [/aud/, /other\.example/], { ...strict, ...claims((k) => { k.aud = ['https://other.example/mcp']; }) }),
  'aud graph': fault([AS, RS], [/aud/, /00000003-0000-0000-c000-000000000000/], { ...strict, ...claims((k) => { k.aud = '00000003-0000-0000-c000-000000000000'; }) }, { shape: 'entra' }),
  'aud guid': fault([AS, RS], [/aud/, /b3c1/], { ...strict, ...claims((k) => { k.aud = 'b3c1a4d2-1111-2222-3333-444455556666'; }) }, { shape: 'entra' }),
  'aud missing': fault(AS, [/aud/], { ...strict, ...claims((k) => { delete k.aud; }) }),
  'aud wrong, accepted all the same': fault(AS, [/aud/, /api:\/\/default/], { ...claims((k) => { k.aud = 'api://default'; }), accepts: (k, c, known) => known.truth }),
  'server wants another aud': fault(RS, [/aud/], { accepts: (k, c) => undefined, mcp: (a, c) => (c.kind === 'invalid' && c.tokens.has(auth(c).slice(7)) ? a.set('WWW-Authenticate', `Bearer error="invalid_token", error_description="JWT audience invalid", resource_metadata="${c.prmUrl}"`) : a) }),
  'iss of token': fault([AS, RS], [/iss/, /sts\.windows\.net/], { ...strict, ...claims((k) => { k.iss = 'https://sts.windows.net/8f0c1b52/'; }) }, { shape: 'entra' }),
  'iss of token slash': fault([AS, RS], [/iss/, /slash/i], { ...strict, ...claims((k) => { k.iss = `${k.iss}/`; }) }, { shape: 'spring' }),
  'exp past': fault(AS, [/exp/], { ...strict, ...claims((k) => { k.exp = now() - 7200; k.iat = now() - 10800; }) }),
  'exp ms': fault(AS, [/exp/, /millisecond/i], { accepts: () => undefined, ...claims((k) => { k.exp = (now() + 3600) * 1000; k.iat = now() * 1000; }) }),
  'exp string': fault(AS, [/exp/, /string/], { accepts: () => undefined, ...claims((k) => { k.exp = String(k.exp); }) }),
  'nbf future': fault([AS, RS], [/nbf|clock/], { ...strict, ...claims((k) => { k.nbf = now() + 900; }) }),
  'iat future': fault([AS, RS], [/iat|clock/], { accepts: () => undefined, ...claims((k) => { k.iat = now() + 900; k.exp = now() + 4500; }) }),
  'signed by a stranger': fault([AS, RS], [/sign|key/i], { sign: (k) => sign(k, { key: keys.stranger, header: { kid: 'k9' } }) }, { args: ['--verify-token'] }),
  'kid unknown': fault([AS, RS], [/kid|key/i], { accepts: (k, c) => undefined, sign: (k) => sign(k, { header: { kid: 'old-key' } }) }, { args: ['--verify-token'] }),
  'opaque for jwt': fault([AS, RS], [/JWT|opaque/i], { sign: () => random(), mcp: (a, c) => (c.kind === 'invalid' && c.tokens.has(auth(c).slice(7)) ? a.set('WWW-Authenticate', 'Bearer error="invalid_token", error_description="Invalid Compact JWS: not a JWT"') : a) }),
  'encrypted token': fault([AS, RS], [/JWE|encrypt/i], { sign: () => ['{"alg":"dir","enc":"A256GCM"}', '', 'AAAA', 'BBBB', 'CCCC'].map((x) => Buffer.from(x).toString('base64url')).join('.') , accepts: () => undefined }),

  'refused without reason': fault(RS, [/401/], refuse(401, { error: 'unauthorized' }, 'Bearer')),
  'refused as if missing': fault(RS, [/401/, /Authorization|missing|token/i], refuse(401, { error: 'Missing Authorization header' }, 'Bearer realm="mcp", error="invalid_request", error_description="Missing Authorization header"')),
  'refused, no header': fault(RS, [/401/, /WWW-Authenticate|token/], refuse(401, { message: 'Unauthorized' })),
  'signature failed': fault([RS, AS], [/signature/i], refuse(401, { error: 'invalid_token' }, 'Bearer error="invalid_token", error_description="signature verification failed"')),
  'issuer wrong at server': fault([RS, AS], [/issuer|iss/i], refuse(401, { error: 'invalid_token' }, 'Bearer error="invalid_token", error_description="IDX10205: Issuer validation failed. Issuer does not match any of the valid issuers"')),
  'expired said': fault([RS, AS], [/expired/i], refuse(401, { error: 'invalid_token' }, 'Bearer error="invalid_token", error_description="The token expired"')),
  '403 bare': fault(RS, [/403/], refuse(403, { message: 'Forbidden' })),
  '403 user': fault(RS, [/403/], refuse(403, { error: 'access_denied', error_description: 'User is not in the allow list' }, 'Bearer error="access_denied"')),
  '403 wafd': fault(RS, [/403/], { judge: (c, t) => (t ? Answer.html(403, 'Request blocked by Imperva Incapsula', { 'X-Iinfo': '1' }) : undefined) }),
  '400 with token': fault(RS, [/400/], refuse(400, { error: 'bad token format' })),
  '404 with token': fault(RS, [/404/], refuse(404, { error: 'not found' })),
  '500 with token': fault(RS, [/500/], refuse(500, { error: 'ECONNREFUSED 10.0.0.5:443 fetching JWKS' })),
  '502 with token': fault(RS, [/502/], { judge: (c, t) => (t ? Answer.html(502, 'Bad Gateway') : undefined) }),
  '302 with token': fault(RS, [/302/], { judge: (c, t) => (t && c.tokens.has(t) ? Answer.to('/login') : undefined) }),
  '200 rpc unauthorized': fault(RS, [/401|unauthorized/i, /200/], { judge: (c, t) => (t && c.tokens.has(t) ? Answer.json(200, { jsonrpc: '2.0', id: JSON.parse(c.text).id ?? null, error: { code: -32001, message: 'Unauthorized' } }) : undefined) }),
  '200 html with token': fault(RS, [/HTML/i], { judge: (c, t) => (t && c.tokens.has(t) ? Answer.html(200, 'Dashboard') : undefined) }),
  'tools/list refused only': fault(RS, [/tools\/list/, /401/], { mcp: (a, c) => (c.rpc === 'tools/list' ? Answer.json(401, { error: 'unauthorized' }, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }) : a) }),

  // Scope.
  'grants nothing': fault([AS], [/scope/, /notes:read/], { grants: () => [] }, { shape: 'spring' }),
  'grants other': fault([AS], [/scope/, /openid/, /notes:read/], { grants: () => ['openid', 'profile'] }, { shape: 'spring' }),
  'grants less, not told': fault([AS], [/scope/, /notes:read/], { grants: () => ['profile'], ...ok((r) => { delete r.scope; }) }, { shape: 'keycloak' }),
  'says more than the token has': fault([AS], [/scope/, /notes:write/], { grants: (s) => s, ...ok((r) => { r.scope = 'notes:read notes:write'; }), claims: (k) => { k.scope = 'notes:read'; } }, { shape: 'spring' }),
  'scp claim unread': fault(RS, [/scp/], { claims: (k) => { k.scp = k.scope.split(' '); delete k.scope; }, accepts: (k) => (k ? { scope: k.scope ?? '' } : undefined) }, { shape: 'okta' }),
  'scope claim array unread': fault(RS, [/scope/], { claims: (k) => { k.scope = k.scope.split(' '); }, accepts: (k) => (k ? { scope: typeof k.scope === 'string' ? k.scope : '' } : undefined) }, { shape: 'okta' }),
  'needs what is never named': fault(RS, [/scope/, /notes:admin/], { mcp: (a, c) => (c.kind === 'call' ? Answer.json(403, { error: 'insufficient_scope' }, { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="notes:admin", resource_metadata="${c.prmUrl}"` }) : a) }, { shape: 'spring' }),
  'prefix lost in the token': fault([AS, RS], [/api:\/\/notes\/Notes\.Read/], { claims: (k) => { k.scp = 'Notes.Read'; delete k.scope; }, accepts: (k) => (k ? { scope: k.scp } : undefined), ...ok((r) => { r.scope = 'api://notes/Notes.Read'; }) }, { shape: 'entra' }),

  // What must not be accepted.
  'accepts any token': fault(RS, [/token/i, /accept/i], { mcp: (a, c) => (a.status === 401 && /^Bearer \S/i.test(auth(c)) && c.text.includes('"initialize"') ? hello(c) : a) }),
  'accepts unsigned': fault(RS, [/alg|unsigned|signature/i], { mcp: (a, c) => (a.status === 401 && /^Bearer \S+\.\S+\.$/i.test(auth(c)) && c.text.includes('"initialize"') ? hello(c) : a) }),
  'accepts tampered': fault(RS, [/signature/i], { mcp: (a, c) => (a.status === 401 && /^Bearer \S+\.\S+\.\S+$/i.test(auth(c)) && c.text.includes('"initialize"') ? hello(c) : a) }),
  'accepts empty bearer': fault(RS, [/empty|without a token/i], { mcp: (a, c) => (a.status === 401 && /^Bearer *$/i.test(auth(c)) && c.text.includes('"initialize"') ? hello(c) : a) }),
  'accepts query token': fault(RS, [/query|access_token/i], { mcp: (a, c) => (a.status === 401 && c.query.has('access_token') && c.text.includes('"initialize"') ? hello(c) : a) }),
  'accepts other audience': fault([RS, AS], [/resource|aud/], { accepts: (k, c, known) => k && known.truth }, { with: { anyResource: true } }),
  'as ignores resource': fault(AS, [/resource|aud/], { claims: (k, c) => { k.aud = c.resource; } }, { with: { anyResource: true } }),
  'wrong verifier accepted': fault(AS, [/code_verifier/], { pkce: () => true }),
  'missing verifier accepted': fault(AS, [/code_verifier/], { pkce: (v, ch) => v === null || sha256(v) === ch }),
  'code reuse accepted': fault(AS, [/code/, /twice|again|reuse|second/i], { keepsCodes: true }),
  'other redirect at token': fault(AS, [/redirect_uri/], { grant: (c) => { const k = c.codes.get(c.form.get('code')); if (k) k.uri = c.form.get('redirect_uri'); } }),
  'no challenge needed': fault(AS, [/code_challenge/], { before: (c) => { if (c.where === 'authorize' && !c.query.has('code_challenge')) { c.query.set('code_challenge', 'x'); c.query.set('code_challenge_method', 'S256'); } } }),
  'plain accepted': fault(AS, [/plain/], { before: (c) => { if (c.where === 'authorize' && c.query.get('code_challenge_method') === 'plain') c.query.set('code_challenge_method', 'S256'); } }),
  'open redirect': fault(AS, [/redirect_uri/], { before: (c) => { if (c.where === 'authorize') { const k = c.clients.get(c.query.get('client_id')); if (k && !k.redirect_uris.includes(c.query.get('redirect_uri'))) k.redirect_uris.push(c.query.get('redirect_uri')); } } }),
  'unknown client accepted': fault(AS, [/client/], { before: (c) => { if (c.where === 'authorize' && !c.clients.has(c.query.get('client_id'))) c.clients.set(c.query.get('client_id'), { client_id: c.query.get('client_id'), redirect_uris: [c.query.get('redirect_uri')], token_endpoint_auth_method: 'none' }); } }),
  'http redirect registered': fault(AS, [/redirect/, /http/], { anyRedirect: true }),
};

import crypto from 'node:crypto';
const sha256 = (v) => crypto.createHash('sha256').update(v).digest('base64url');
