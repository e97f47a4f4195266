// What gateways, meshes and libraries say in their own words, before and behind the servers that MCP knows; and more oddities of answers.

import { Answer, oauthError, sign, now, random } from '../kit.mjs';
import { RS, AS, CL, fault, at } from '../table.mjs';

const page = (answer) => at('authorize', answer);
const error = (error, error_description) => ({ consent: () => ({ error, ...(error_description && { error_description }) }) });
const code = (status, body, headers) => ({ grant: (c) => (c.grant === 'authorization_code' ? (typeof body === 'string' ? new Answer(status, body, headers) : Answer.json(status, body, headers)) : undefined) });
const fresh = (status, body) => ({ grant: (c) => (c.grant === 'refresh_token' ? Answer.json(status, body) : undefined) });
const text = (status, body, headers = {}) => ({ judge: (c, t) => (t && c.tokens.has(t) ? new Answer(status, body, { 'Content-Type': 'text/plain', ...headers }) : undefined) });
const json = (status, body, headers = {}) => ({ judge: (c, t) => (t && c.tokens.has(t) ? Answer.json(status, body, headers) : undefined) });
const reply = (change) => ({ tokenReply: (r, c, again) => change(r, c, again) ?? r });
const ok = (change) => at('token', (a, c) => (a.status === 200 ? change(a, c) ?? a : a));
const any = [AS, CL];

export default {
  // Gateways before the MCP server.
  'Envoy: audience': fault([RS, AS], [/401/, /Audiences in Jwt/], text(401, 'Audiences in Jwt are not allowed', { 'WWW-Authenticate': 'Bearer realm="http://127.0.0.1/mcp", error="invalid_token"' })),
  'Envoy: issuer': fault([RS, AS], [/401/, /issuer/], text(401, 'Jwt issuer is not configured')),
  'Istio': fault([RS, CL], [/403/, /RBAC/], text(403, 'RBAC: access denied')),
  'Kong': fault([RS], [/401/, /Invalid authentication credentials/], json(401, { message: 'Invalid authentication credentials' })),
  'Apigee': fault([RS, AS], [/401/, /Invalid access token/], json(401, { fault: { faultstring: 'Invalid access token', detail: { errorcode: 'keymanagement.service.invalid_access_token' } } })),
  'API Management': fault([RS], [/401/, /subscription key/], json(401, { statusCode: 401, message: 'Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.' })),
  'AWS: explicit deny': fault([RS, CL], [/403/, /explicit deny/], json(403, { Message: 'User is not authorized to access this resource with an explicit deny' })),
  'AWS: expired': fault([RS, AS], [/401|403/, /expired/], json(401, { message: 'The incoming token has expired' })),
  'Vercel': fault([RS], [/401/, /Authentication Required/], { judge: (c, t) => (t && c.tokens.has(t) ? Answer.html(401, 'Authentication Required', { 'x-vercel-id': 'fra1::x' }) : undefined) }),
  'forward auth': fault([RS], [/302/, /sso\.example/], { judge: (c, t) => (t && c.tokens.has(t) ? Answer.to('https://sso.example.invalid/oauth2/start?rd=%2Fmcp') : undefined) }),
  'gateway without a route': fault([RS], [/404/, /no Route matched/], json(404, { message: 'no Route matched with those values' })),
  'gateway without an upstream': fault([RS], [/503/, /no healthy upstream/], text(503, 'no healthy upstream')),
  'quota of the plan': fault([RS, CL], [/429/], json(429, { message: 'Limit Exceeded' })),
  'plain text with 200': fault([RS], [/Unauthorized|plain text/, /200/], text(200, 'Unauthorized')),
  '204 for a request': fault([RS], [/204/], { judge: (c, t) => (t && c.tokens.has(t) && c.text.includes('"initialize"') ? new Answer(204) : undefined) }),
  'empty object': fault([RS], [/JSON-RPC|jsonrpc/], json(200, {})),
  'stream of comments only': fault([RS], [/stream/], { judge: (c, t) => { if (!(t && c.tokens.has(t) && c.text.includes('"initialize"'))) return undefined; const a = Answer.raw(['HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n', ...Array(12).fill(': keep-alive\n\n')]); a.pace = 300; return a; } }, { quick: true }),
  'error of its own name': fault([RS], [/401/, /expired_token/], json(401, {}, { 'WWW-Authenticate': 'Bearer error="expired_token", error_description="expired_token: please sign in"' })),
  '403 with invalid_token': fault([RS], [/403/, /invalid_token/], json(403, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="bad audience"' })),
  '400 with invalid_token': fault([RS], [/400/, /401/], json(400, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer error="invalid_token"' })),
  'slash wanted with the token': fault([RS], [/307|308/, /slash/i], { judge: (c, t) => (t && c.tokens.has(t) && !c.path.endsWith('/') ? Answer.to(`${c.rs}${c.path}/`, 307) : undefined) }, { shape: 'spring' }),
  'issuer by a slash': fault([RS, AS], [/issuer/i], json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="invalid issuer: expected http://127.0.0.1/ got http://127.0.0.1"' })),

  // Libraries and servers of identity.
  'Spring: parameter': fault(AS, [/redirect_uri/, /33418/], page(() => Answer.html(400, 'Whitelabel Error Page [invalid_request] OAuth 2.0 Parameter: redirect_uri')), { shape: 'spring' }),
  'Django: redirect': fault(AS, [/redirect/i, /33418/], page(() => Answer.html(400, 'Error: invalid_request Mismatching redirect URI.'))),
  'Doorkeeper: redirect': fault(AS, [/redirect/i, /33418/], page(() => Answer.html(400, "An error has occurred. The requested redirect uri is malformed or doesn't match client redirect URI."))),
  'IdentityServer': fault(any, [/unauthorized_client/], page(() => Answer.html(200, 'Sorry, there was an error : unauthorized_client Unknown client or client not enabled'))),
  'Keycloak: flow': fault(any, [/Standard flow/i], error('unauthorized_client', 'Client is not allowed to initiate browser login with given response_type. Standard flow is disabled for the client.'), { shape: 'keycloak' }),
  'Ory: method': fault(any, [/client_secret_basic/, /none/], code(401, { error: 'invalid_client', error_description: "Client authentication failed. The OAuth 2.0 Client supports client authentication method 'client_secret_basic', but method 'none' was requested." })),
  'Cognito: flows': fault(any, [/not enabled/], error('invalid_request', 'Client is not enabled for OAuth2.0 flows')),
  'Google: secret': fault(any, [/client_secret/], code(400, { error: 'invalid_request', error_description: 'client_secret is missing.' }), { shape: 'spring' }),
  'Auth0: callback': fault(any, [/callback|redirect_uri/i], page(() => Answer.html(403, 'Callback URL mismatch. The provided redirect_uri is not in the list of allowed callback URLs.')), { shape: 'auth0' }),
  'Auth0: scopes': fault([AS, CL, RS], [/scope/, /notes:read/], code(403, { error: 'access_denied', error_description: 'Client has not been granted scopes: notes:read' }), { shape: 'auth0' }),
  'Okta: default scopes': fault([AS, RS], [/scope/], error('invalid_scope', "The authorization server resource does not have any configured default scopes, 'scope' must be provided."), { shape: 'okta' }),
  'Okta: assigned': fault(any, [/assign/i], error('access_denied', 'User is not assigned to the client application.'), { shape: 'okta' }),
  'WSO2': fault(any, [/client_id|client/], page(() => Answer.html(401, 'A valid OAuth client could not be found for client_id: x'))),
  'Casdoor': fault(any, [/grant/i, /200/], code(200, { status: 'error', msg: 'Grant_type: authorization_code is not supported in this application', data: null })),
  'Entra: secret': fault(any, [/AADSTS7000215/, /secret/i], code(401, { error: 'invalid_client', error_description: "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID." }), { shape: 'entra' }),
  'Entra: app not in the tenant': fault(any, [/AADSTS700016/], page(() => Answer.html(400, "AADSTS700016: Application with identifier 'b3c1' was not found in the directory 'Contoso'.")), { shape: 'entra' }),
  'Entra: public client': fault(any, [/AADSTS7000218/], code(401, { error: 'invalid_client', error_description: "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'." }), { shape: 'entra' }),
  'Entra: no tenant': fault([AS, CL, RS], [/AADSTS90002/, /tenant/i], page(() => Answer.html(400, "AADSTS90002: Tenant '8f0c' not found. Check to make sure you have the correct tenant ID.")), { shape: 'entra' }),
  'Entra: second factor at refresh': fault(any, [/AADSTS50076/], fresh(400, { error: 'invalid_grant', error_description: 'AADSTS50076: Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication.', suberror: 'basic_action' }), { shape: 'entra' }),
  'refresh: interaction_required': fault(any, [/interaction_required/, /refresh/i], fresh(400, { error: 'interaction_required', error_description: 'The user must sign in again' })),

  // Answers.
  'access_token percent-encoded': fault(AS, [/access_token/, /encod|%/i], { sign: () => `${random().slice(0, 20)}+/ab==`, accepts: (k, c, kept) => kept && kept.truth, ...reply((r) => { r.access_token = encodeURIComponent(r.access_token); }) }),
  'private cache': fault(AS, [/Cache-Control/, /no-store/], ok((a) => a.set('Cache-Control', 'private').drop('Pragma'))),
  'Pragma alone': fault(AS, [/Cache-Control/], ok((a) => a.drop('Cache-Control'))),
  'refresh_token is the access token': fault(AS, [/refresh_token/, /access/], reply((r, c) => { c.refreshes.set(r.access_token, c.refreshes.get(r.refresh_token)); r.refresh_token = r.access_token; }), { shape: 'spring' }),
  'authorize 304': fault(AS, [/304/], page(() => new Answer(304))),
  'authorize 205': fault(AS, [/205/], page(() => new Answer(205))),
  'token 202': fault(AS, [/202/], ok(() => Answer.json(202, { status: 'pending' }))),
};
