// Refresh: what can go wrong after the first token was good.

import { Answer, oauthError, now } from '../kit.mjs';
import { RS, AS, fault, at } from '../table.mjs';

const fresh = (answer) => ({ grant: (c) => (c.grant === 'refresh_token' ? answer(c) : undefined) });
const reply = (change) => ({ tokenReply: (r, c, again) => (again ? change(r, c) ?? r : r) });
const ok = (change) => at('token', (a, c) => (c.grant === 'refresh_token' && a.status === 200 ? change(a, c) : a));
const claims = (change) => ({ claims: (k, c) => { if (c.grant === 'refresh_token') change(k, c); return k; } });

export default {
  'token_type changed': fault(AS, [/token_type/, /mac/], reply((r) => { r.token_type = 'mac'; })),
  'expires_in as text': fault(AS, [/expires_in/, /string|"3600"/], reply((r) => { r.expires_in = '3600'; })),
  'expires_in zero': fault(AS, [/expires_in/, /\b0\b/], reply((r) => { r.expires_in = 0; })),
  'expires_in negative': fault(AS, [/expires_in/, /-30/], reply((r) => { r.expires_in = -30; })),
  'scope null': fault(AS, [/scope/, /null/], reply((r) => { r.scope = null; })),
  'scope as a list': fault(AS, [/scope/, /array/], reply((r) => { r.scope = r.scope.split(' '); })),
  'access_token empty': fault(AS, [/access_token/, /empty/i], reply((r) => { r.access_token = ''; })),
  'access_token null': fault(AS, [/access_token/, /null/], reply((r) => { r.access_token = null; })),
  'camel case': fault(AS, [/access_token/, /accessToken/], ok((a) => a.json((d) => ({ accessToken: d.access_token, tokenType: 'Bearer' })))),
  'wrapped': fault(AS, [/access_token/, /result/], ok((a) => a.json((d) => ({ result: d })))),
  'empty answer': fault(AS, [/empty/i], ok((a) => { a.body = ''; })),
  'cut': fault(AS, [/JSON|cut/i], ok((a) => { a.body = a.body.slice(0, -25); })),
  '204': fault(AS, [/204/], fresh(() => new Answer(204))),
  'login page': fault(AS, [/302|login/], fresh((c) => Answer.to(`${c.as}/login`))),
  '429': fault(AS, [/429/], fresh(() => Answer.json(429, { error: 'slow_down' }, { 'Retry-After': '20' }))),
  '503': fault(AS, [/503/], fresh(() => Answer.html(503, 'Service Unavailable'))),
  'WAF': fault(AS, [/403/, /cloudflare|WAF|bot|firewall/i], fresh(() => Answer.html(403, 'Attention Required! | Cloudflare', { Server: 'cloudflare', 'CF-RAY': '8c3f0a1b2c3d4e5f-FRA' }))),
  'redirect_uri demanded': fault(AS, [/redirect_uri/, /refresh/i], fresh(() => oauthError(400, 'invalid_request', 'redirect_uri is required'))),
  'invalid_scope': fault(AS, [/invalid_scope/, /refresh/i], fresh(() => oauthError(400, 'invalid_scope', 'the requested scope exceeds the original grant'))),
  'unauthorized_client': fault(AS, [/unauthorized_client/, /refresh/i], fresh(() => oauthError(400, 'unauthorized_client', "Client not allowed to use authorization grant 'refresh_token'"))),
  'invalid_grant with 401': fault(AS, [/refresh/i, /401/], fresh(() => oauthError(401, 'invalid_grant', 'refresh token expired'))),
  'invalid_grant with 403': fault(AS, [/refresh/i, /403/], fresh(() => oauthError(403, 'invalid_grant', 'refresh token revoked'))),
  'error in words': fault(AS, [/refresh/i, /Token is not active/], fresh(() => Answer.json(400, { message: 'Token is not active' }))),
  'field error': fault(AS, [/client_secret/], fresh(() => Answer.json(422, { detail: [{ loc: ['body', 'client_secret'], msg: 'Field required', type: 'missing' }] }))),
  'grant misread': fault(AS, [/code/, /refresh/i], fresh(() => oauthError(400, 'invalid_request', 'Missing parameter: code'))),
  'form-encoded': fault(AS, [/form|x-www-form/], ok((a) => { a.body = String(new URLSearchParams(JSON.parse(a.body))); a.set('Content-Type', 'text/plain'); })),
  'audience of the default API': fault(AS, [/aud/, /api:\/\/default/], { ...claims((k) => { k.aud = 'api://default'; }), accepts: (k, c) => (k && [].concat(k.aud).includes(c.resource) ? k : undefined) }, { shape: 'okta' }),
  'audience lost, accepted': fault(AS, [/aud/], { ...claims((k) => { delete k.aud; }), accepts: (k, c, known) => known.truth }),
  'issuer of the cluster': fault(AS, [/iss/, /keycloak:8080/], { ...claims((k) => { k.iss = 'http://keycloak:8080/realms/acme'; }), accepts: (k, c) => (k?.iss === c.issuer ? k : undefined) }, { shape: 'keycloak' }),
  'already expired': fault(AS, [/exp/], claims((k) => { k.exp = now() - 300; k.iat = now() - 3900; })),
  'other person': fault(AS, [/sub/, /user-2/], claims((k) => { k.sub = 'user-2'; })),
  'other client': fault(AS, [/client_id/, /service-client/], claims((k) => { k.client_id = 'service-client'; k.azp = 'service-client'; })),
  'scope lost from the claim only': fault(AS, [/scope/, /notes:read/], { ...claims((k) => { k.scope = ''; }), accepts: (k) => (k ? { scope: k.scope } : undefined) }, { shape: 'spring' }),
  'opaque afterwards': fault([AS, RS], [/JWT|opaque/i], { sign: (k, c) => (c.grant === 'refresh_token' ? 'rt-opaque-token-000000000001' : undefined), accepts: (k, c, known) => k && known.truth }, { shape: 'auth0' }),
  'same access token': fault(AS, [/access token|access_token/, /same/i, /refresh/i], { sign: (k, c) => { const old = [...c.tokens.keys()].pop(); return c.grant === 'refresh_token' ? old : undefined; } }, { shape: 'spring' }),
  'new token unknown to the server': fault([RS, AS], [/refresh/i, /401/], { judge: (c, token) => { const all = [...c.tokens.keys()]; return token && all.indexOf(token) > 0 ? Answer.json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': `Bearer error="invalid_token", error_description="session revoked", resource_metadata="${c.prmUrl}"` }) : undefined; } }),
  'new token 500': fault(RS, [/500/, /refresh/i], { judge: (c, token) => (token && [...c.tokens.keys()].indexOf(token) > 0 ? Answer.json(500, { error: 'cache miss' }) : undefined) }),
  'new token 403': fault([RS, AS], [/403/, /refresh/i], { judge: (c, token) => (token && [...c.tokens.keys()].indexOf(token) > 0 ? Answer.json(403, { error: 'forbidden' }) : undefined) }),
  'refresh_token null': fault(AS, [/refresh_token/, /null/], reply((r) => { r.refresh_token = null; })),
  'refresh_token number': fault(AS, [/refresh_token/, /number/], reply((r) => { r.refresh_token = 17; })),
};
