// What libraries and gateways that verify tokens say when they refuse one, in their own words, and tokens that deserve it.

import { Answer, sign, now } from '../kit.mjs';
import { RS, AS, CL, fault } from '../table.mjs';

const held = (answer) => ({ judge: (c, t) => (t && c.tokens.has(t) ? answer(c, t) : undefined) });
const because = (why) => held((c) => Answer.json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': `Bearer error="invalid_token", error_description="${(typeof why === 'function' ? why(c) : why).replaceAll('"', '\\"')}", resource_metadata="${c.prmUrl}"` }));
const json = (status, body, headers) => held(() => Answer.json(status, body, headers));
const text = (status, body, headers) => held(() => new Answer(status, body, { 'Content-Type': 'text/plain', ...headers }));
const page = (status, title, headers) => held(() => Answer.html(status, title, headers));
const claims = (change) => ({ claims: (k, c) => change(k, c) ?? k });
const strict = { accepts: (k, c) => (k && [].concat(k.aud ?? []).includes(c.resource) && k.iss === c.issuer && k.exp > now() && !(k.nbf > now()) ? { scope: k.scope ?? '' } : undefined) };
const spring = { shape: 'spring' };
const auth0 = { shape: 'auth0' };
const both = [RS, AS];

export default {
  // Libraries, with a token that is right: the MCP server is set up for another one.
  'jose: audience': fault(RS, [/401/, /aud/], because('unexpected "aud" claim value'), auth0),
  'jose: no key': fault(both, [/401/, /key/i], json(401, { code: 'ERR_JWKS_NO_MATCHING_KEY', message: 'no applicable key found in the JSON Web Key Set' })),
  'jose: key set': fault(RS, [/500/, /JSON Web Key Set/], json(500, { error: 'Expected 200 OK from the JSON Web Key Set HTTP response' })),
  'jsonwebtoken: audience': fault(RS, [/api\.notes\.example/, /audience|aud\b/], because('jwt audience invalid. expected: https://api.notes.example'), { shape: 'express' }),
  'jsonwebtoken: issuer': fault(RS, [/tenant\.example/, /iss/], because('jwt issuer invalid. expected: https://tenant.example/'), auth0),
  'Spring: algorithm': fault(both, [/401/, /algorithm|key/], because('An error occurred while attempting to decode the Jwt: Signed JWT rejected: Another algorithm expected, or no matching key(s) found'), spring),
  'Spring: audience': fault(RS, [/401/, /aud/], because('This aud claim is not equal to the configured audience'), spring),
  'Spring: issuer': fault(RS, [/401/, /iss/], because('An error occurred while attempting to decode the Jwt: The iss claim is not valid'), spring),
  'Spring: key set': fault(RS, [/401/, /JWK/], because("An error occurred while attempting to decode the Jwt: Couldn't retrieve remote JWK set: Connection refused"), spring),
  '.NET: key': fault(both, [/401/, /key/], because('The signature key was not found'), { shape: 'entra' }),
  '.NET: audience': fault(RS, [/401/, /audience/], because((c) => `The audience '${c.resource}' is invalid`), { shape: 'entra' }),
  '.NET: issuer': fault(RS, [/401/, /issuer/], because((c) => `The issuer '${c.issuer}' is invalid`), { shape: 'entra' }),
  'PyJWT: audience': fault(RS, [/401/, /Audience/], json(401, { detail: "Audience doesn't match" })),
  'PyJWT: not yet valid': fault(both, [/401/, /iat|clock/], json(401, { detail: 'The token is not yet valid (iat)' })),
  'Go: key': fault(both, [/401/, /k1/], because('token is unverifiable: error while executing keyfunc: unable to find key "k1"')),
  'Go: audience': fault(RS, [/401/, /notes-mcp/], because((c) => `oidc: expected audience "notes-mcp" got ["${c.resource}"]`)),
  'Rust: audience': fault(RS, [/401/, /InvalidAudience/], json(401, { error: 'InvalidAudience' })),
  'Rust: immature': fault(both, [/401/, /ImmatureSignature|nbf|clock/], text(401, 'ImmatureSignature')),
  'Ruby: issuer': fault(RS, [/401/, /a\.example/], json(401, { errors: [{ title: 'Unauthorized', detail: 'Invalid issuer. Expected ["https://a.example"], received http://127.0.0.1' }] })),
  'PHP: signature': fault(both, [/signature/i], json(401, { message: 'Signature verification failed', exception: 'Firebase\\JWT\\SignatureInvalidException' })),

  // Gateways, with the token.
  'Traefik': fault(RS, [/401/, /WWW-Authenticate|token/], text(401, 'Unauthorized')),
  'APISIX': fault(both, [/401/, /signature/i], json(401, { message: 'failed to verify jwt: signature mismatch: x' })),
  'Tyk': fault(RS, [/403/, /Key not authori/], json(403, { error: 'Key not authorised' })),
  'KrakenD': fault(RS, [/401/, /WWW-Authenticate|reason|without/], text(401, '')),
  'Oathkeeper': fault(RS, [/401/, /Access credentials are invalid/], json(401, { error: { code: 401, status: 'Unauthorized', request: 'r-1', message: 'Access credentials are invalid' } })),
  'identity-aware proxy': fault(RS, [/401/, /audience/], text(401, "Invalid IAP credentials: JWT audience doesn't match this application")),
  'Cloud Run': fault(RS, [/401/, /could not be verified/], held(() => Answer.html(401, '401 Unauthorized', { 'WWW-Authenticate': 'Bearer error="invalid_token" error_description="The access token could not be verified"' }))),
  'agent runtime': fault([RS, CL], [/403/, /client_id/], json(403, { jsonrpc: '2.0', id: null, error: { code: -32002, message: "OAuth authorization failed: Claim 'client_id' value mismatch with configuration." } })),
  'nginx: auth_jwt': fault(RS, [/401/], page(401, '401 Authorization Required', { 'WWW-Authenticate': 'Bearer realm="notes",error="invalid_token"', Server: 'nginx/1.27.0' })),
  'Authorization twice': fault(RS, [/400/, /Authorization/], text(400, 'Bad Request: duplicate Authorization header')),
  'Basic of a staging site': fault(RS, [/401/, /Basic/], page(401, '401 Authorization Required', { 'WWW-Authenticate': 'Basic realm="staging"', Server: 'nginx' })),
  'Google front end': fault(both, [/401/, /invalid authentication credentials/], json(401, { error: { code: 401, message: 'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.', status: 'UNAUTHENTICATED' } })),
  'load balancer': fault(RS, [/403/], page(403, '403 Forbidden', { Server: 'awselb/2.0' })),
  'Akamai': fault(RS, [/403/, /Access Denied/], page(403, 'Access Denied', { Server: 'AkamaiGHost' })),
  'Cloudflare rule': fault(RS, [/403/, /1020/], page(403, 'Access denied | notes.example used Cloudflare to restrict access | Error 1020', { Server: 'cloudflare', 'CF-RAY': 'x' })),

  // Rights and state at the MCP server.
  'scope in the words only': fault(RS, [/403/, /notes:admin/], json(403, { error: 'insufficient_scope', error_description: 'Required scope: notes:admin' }, { 'WWW-Authenticate': 'Bearer error="insufficient_scope", error_description="Required scope: notes:admin"' })),
  'groups missing': fault([RS, AS], [/403/, /groups/], json(403, { error: 'groups claim is missing from the token' })),
  'address not verified': fault([RS, AS, CL], [/403/, /email_verified/], json(403, { error: 'email_verified is false' })),
  'table missing': fault(RS, [/500/, /users/], json(500, { error: 'relation "users" does not exist' })),
  'tenant header': fault(RS, [/400/, /X-Tenant-Id/], json(400, { error: 'X-Tenant-Id header is required' })),
  '413': fault(RS, [/413/], page(413, '413 Request Entity Too Large')),
  'initialize not known': fault(RS, [/initialize/, /-32601|Method not found/], held((c) => { const m = JSON.parse(c.text || '{}'); return Answer.json(200, { jsonrpc: '2.0', id: m.id ?? null, error: { code: -32601, message: `Method not found: ${m.method}` } }); })),
  'XML': fault(RS, [/XML/i], held(() => new Answer(200, '<?xml version="1.0"?><response status="ok"/>', { 'Content-Type': 'application/xml' }))),
  'function: 502': fault(RS, [/502/, /Internal server error/], json(502, { message: 'Internal server error' }, { 'x-amzn-RequestId': '1' })),
  'function: envelope': fault(RS, [/200/, /statusCode|Unauthorized/], json(200, { statusCode: 401, body: '{"message":"Unauthorized"}' })),
  'function: error in a 200': fault(RS, [/200/, /timed out/], json(200, { errorType: 'Sandbox.Timedout', errorMessage: 'RequestId: 1 Error: Task timed out after 3.00 seconds' })),

  // Tokens that deserve it.
  'aud of the client, said by jose': fault(AS, [/aud/], { ...claims((k) => { k.aud = k.client_id; }), ...because('unexpected "aud" claim value') }, spring),
  'an hour behind': fault(AS, [/exp/], { ...strict, ...claims((k) => { k.exp -= 3600 * 2; k.iat -= 3600 * 2; }) }, { shape: 'keycloak' }),
  'HS256': fault([AS, RS], [/HS256/], { sign: (k) => sign(k, { header: { alg: 'HS256' } }), ...because('The specified alg value is not allowed') }),
  'aud is the metadata url': fault(AS, [/aud/, /oauth-protected-resource/], { ...strict, ...claims((k, c) => { k.aud = c.prmUrl; }) }, spring),
  'aud with a query': fault(AS, [/aud/, /\?v=1/], { ...strict, ...claims((k) => { k.aud = `${k.aud}?v=1`; }) }, { shape: 'workos' }),
  'aud of the token endpoint': fault(AS, [/aud/, /token/], { ...strict, ...claims((k, c) => { k.aud = c.at.token; }) }, { shape: 'okta' }),
  'aud a number': fault(AS, [/aud/, /42|number/], { ...strict, ...claims((k) => { k.aud = 42; }) }),
  'aud null': fault(AS, [/aud/, /null|no audience|without|missing/i], { ...strict, ...claims((k) => { k.aud = null; }) }),
  'aud an object': fault(AS, [/aud/, /object/], { ...strict, ...claims((k) => { k.aud = { uri: k.aud }; }) }),
  'iss of localhost': fault([AS, RS], [/iss/, /localhost/], { ...strict, ...claims((k) => { k.iss = k.iss.replace('127.0.0.1', 'localhost'); }) }, spring),
  'nbf as text': fault(AS, [/nbf/, /string/], { accepts: () => undefined, ...claims((k) => { k.nbf = String(now()); }) }, spring),
  'masked': fault(AS, [/access_token/, /\*/], { sign: () => '********************', accepts: () => undefined }),
};
