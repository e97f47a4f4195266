// Dynamic registration, and clients registered by hand.

import { Answer, oauthError } from '../kit.mjs';
import { RS, AS, CL, fault, at } from '../table.mjs';

const reply = (change) => ({ client: (d, c) => change(d, c) ?? d });
const first = (answer) => at('register', (a, c) => (c.nth === 1 || true ? answer(c, a) : a));
const mine = (more = {}) => ({ client_id: 'notes-cli', redirect_uris: ['http://127.0.0.1:33418/callback'], ...more });
const pre = (...more) => ['--registration', 'preregistered', '--client-id', 'notes-cli', ...more];

export default {
  '401': fault(AS, [/401/, /regist/i], first(() => oauthError(401, 'invalid_token', 'an initial access token is required', { 'WWW-Authenticate': 'Bearer' }))),
  '403 text': fault(AS, [/403/, /regist/i], first(() => new Answer(403, 'Client not allowed', { 'Content-Type': 'text/plain' }))),
  '403 trusted hosts': fault(AS, [/Trusted Hosts/], first(() => Answer.json(403, { error: 'insufficient_scope', error_description: "Policy 'Trusted Hosts' rejected request to client-registration service. Details: Host not trusted." })), { shape: 'keycloak' }),
  '404': fault(AS, [/404/, /regist/i], first(() => Answer.json(404, {}))),
  '405': fault(AS, [/405/, /regist/i], first(() => Answer.json(405, {}))),
  '500': fault(AS, [/500/, /regist/i], first(() => Answer.html(500, 'Internal Server Error'))),
  '429': fault(AS, [/429/], first(() => Answer.json(429, { error: 'too_many_requests' }, { 'Retry-After': '60' }))),
  '302 login': fault(AS, [/302|login/], first((c) => Answer.to(`${c.as}/login`))),
  'html 200': fault(AS, [/HTML|JSON/], first(() => Answer.html(200, 'Developer portal'))),
  'loopback refused': fault(AS, [/redirect/, /127\.0\.0\.1|loopback/], first(() => oauthError(400, 'invalid_redirect_uri', 'http redirect URIs are not allowed'))),
  'loopback refused, words only': fault(AS, [/redirect/, /HTTPS|https|127/], first(() => Answer.json(400, { message: 'redirect_uris must use https' }))),
  'grant types refused': fault(AS, [/grant_types/], first(() => oauthError(400, 'invalid_client_metadata', "grant_types must be ['authorization_code', 'refresh_token']"))),
  'method refused': fault(AS, [/token_endpoint_auth_method/], first(() => oauthError(400, 'invalid_client_metadata', 'token_endpoint_auth_method "none" is not allowed'))),
  'scope refused': fault([AS, RS], [/scope/], first(() => oauthError(400, 'invalid_client_metadata', 'Requested scope notes:read is not allowed'))),
  'software statement': fault(AS, [/software.statement/i], first(() => oauthError(400, 'invalid_software_statement', 'a software statement is required'))),
  'nested error': fault(AS, [/name too long/], first(() => Answer.json(400, { error: { code: 'bad_request', message: 'client_name: name too long' } }))),
  'zod error': fault(AS, [/logo_uri/], first(() => Answer.json(400, { issues: [{ path: ['logo_uri'], message: 'Required' }] }))),
  'xml error': fault(AS, [/400/], first(() => new Answer(400, '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', { 'Content-Type': 'application/xml' }))),
  'no client_id': fault(AS, [/client_id/], reply((d) => { delete d.client_id; })),
  'client_id null': fault(AS, [/client_id/], reply((d) => { d.client_id = null; })),
  'client_id empty': fault(AS, [/client_id/, /empty/i], reply((d) => { d.client_id = ''; })),
  'client_id number': fault(AS, [/client_id/, /number/], reply((d) => { d.client_id = 4711; })),
  'clientId': fault(AS, [/client_id/, /clientId/], reply((d) => { d.clientId = d.client_id; delete d.client_id; })),
  'nested client': fault(AS, [/client_id/], reply((d) => ({ client: d }))),
  'array': fault(AS, [/array|object/], reply((d) => [d])),
  'cut reply': fault(AS, [/JSON|cut/i], at('register', (a) => { if (a.status === 201) a.body = a.body.slice(0, 40); })),
  'empty reply': fault(AS, [/empty|client_id/i], at('register', (a) => { if (a.status === 201) a.body = ''; })),
  '200': fault(AS, [/200/, /201/], at('register', (a) => { if (a.status === 201) a.status = 200; })),
  '202': fault(AS, [/202/], at('register', (a) => { if (a.status === 201) { a.status = 202; a.body = JSON.stringify({ status: 'pending approval' }); } })),
  'redirect slash': fault(AS, [/redirect_uris/, /slash/i], { client: (d, c) => { d.redirect_uris = d.redirect_uris.map((u) => `${u}/`); c.clients.get(d.client_id).redirect_uris = d.redirect_uris; return d; } }),
  'redirect localhost': fault(AS, [/redirect_uris/, /localhost/], { client: (d, c) => { d.redirect_uris = d.redirect_uris.map((u) => u.replace('127.0.0.1', 'localhost')); c.clients.get(d.client_id).redirect_uris = d.redirect_uris; return d; } }),
  'redirect port lost': fault(AS, [/redirect_uris/, /port/i], { client: (d, c) => { d.redirect_uris = ['http://127.0.0.1/callback2']; c.clients.get(d.client_id).redirect_uris = d.redirect_uris; return d; } }, { saysToo: 1 }),
  'redirects dropped': fault(AS, [/redirect_uris/], { client: (d, c) => { d.redirect_uris = []; c.clients.get(d.client_id).redirect_uris = []; return d; } }),
  'method changed, no secret': fault(AS, [/client_secret/], { client: (d, c) => { d.token_endpoint_auth_method = 'client_secret_post'; Object.assign(c.clients.get(d.client_id), { token_endpoint_auth_method: 'client_secret_post', client_secret: 'x' }); return d; } }),
  'secret expired': fault(AS, [/client_secret_expires_at/], reply((d) => { d.client_secret = 's3cret'; d.token_endpoint_auth_method = 'client_secret_post'; d.client_secret_expires_at = 1600000000; })),
  'secret expiry absent': fault(AS, [/client_secret_expires_at/], { client: (d, c) => { delete d.client_secret_expires_at; return d; } }, { with: { methods: ['client_secret_post'] } }),
  'refresh grant dropped': fault(AS, [/grant_types/, /refresh_token/], reply((d) => { d.grant_types = ['authorization_code']; }), { with: { refresh: false } }),
  'forgets the client': fault(AS, [/client_id|unknown client/i], { client: (d, c) => { c.clients.delete(d.client_id); return d; } }),
  'forgets the client, json': fault(AS, [/client/i], { client: (d, c) => { c.clients.delete(d.client_id); return d; }, authorize: (a) => (a.status === 400 ? Answer.json(401, { error: 'invalid_client', error_description: 'Client not found' }) : a) }),
  'forgets the redirect': fault(AS, [/redirect_uri/, /127\.0\.0\.1:33418\/callback/], { client: (d, c) => { c.clients.get(d.client_id).redirect_uris = []; return d; } }),

  'pre: unknown id': fault(CL, [/client_id|client id/i, /notes-cli/], {}, { args: pre() }),
  'pre: other redirect': fault(CL, [/redirect_uri/, /33418\/callback/], {}, { with: { clients: [mine({ redirect_uris: ['http://127.0.0.1:33418/oauth/callback'] })] }, args: pre() }),
  'pre: localhost registered': fault(CL, [/redirect_uri/], {}, { with: { clients: [mine({ redirect_uris: ['http://localhost:33418/callback'] })] }, args: pre() }),
  'pre: secret missing': fault(CL, [/secret/], {}, { with: { clients: [mine({ token_endpoint_auth_method: 'client_secret_basic', client_secret: 's3cret' })], methods: ['client_secret_basic'] }, args: pre() }),
  'pre: secret wrong': fault(CL, [/secret/], {}, { with: { clients: [mine({ token_endpoint_auth_method: 'client_secret_basic', client_secret: 's3cret' })], methods: ['client_secret_basic'] }, args: pre('--client-secret', 'wrong') }),
  'pre: not confidential': fault(CL, [/secret|public/], { authenticate: (client, used) => (used !== 'none' ? Answer.json(401, { error: 'invalid_client', error_description: "AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be presented." }) : undefined) }, { shape: 'entra', with: { clients: [mine()] }, args: pre('--client-secret', 'wrong') }),
  'pre: entra wants secret': fault(CL, [/secret/], { authenticate: () => Answer.json(401, { error: 'invalid_client', error_description: "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'." }) }, { shape: 'entra', with: { clients: [mine()] }, args: pre() }),
  'pre: entra redirect': fault(CL, [/redirect/i, /AADSTS50011|33418/], { authorize: () => Answer.html(200, "AADSTS50011: The redirect URI 'http://127.0.0.1:33418/callback' specified in the request does not match the redirect URIs configured for the application") }, { shape: 'entra', with: { clients: [mine()] }, args: pre() }),
  'pre: not allowed to use code': fault([CL, AS], [/unauthorized_client/], { consent: () => ({ error: 'unauthorized_client', error_description: 'grant type not allowed for this client' }) }, { with: { clients: [mine()] }, args: pre() }),
};
