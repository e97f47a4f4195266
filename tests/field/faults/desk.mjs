// Getting a client id: refusals in the words of many frameworks, replies that are half right, documents of clients; connections that
// break on certificates; deployments of every revision that fail at their own spot.

import { Answer, oauthError } from '../kit.mjs';
import { RS, AS, CL, fault, at, on401, challenge } from '../table.mjs';
import { tls, roots } from '../certificates.mjs';

const register = (answer) => at('register', (a, c) => (c.method === 'POST' ? answer(c, a) : a));
const refused = (error, words, status = 400) => register(() => oauthError(status, error, words));
const client = (change) => ({ client: (d, c) => change(d, c) ?? d });
const stored = (change) => ({ client: (d, c) => { change(d, c); c.clients.set(String(d.client_id), { ...c.clients.get(d.client_id), ...d }); return d; } });
const secret = { with: { methods: ['client_secret_post'] } };
const put = (name, value) => ({ metadataDocument: (d, c) => { d[name] = typeof value === 'function' ? value(c) : value; return d; } });
const CIMD = 'https://client.example/oauth/client.json';
const cimd = (url = CIMD) => ({ args: ['--registration', 'cimd', '--client-metadata-url', url] });
const takes = put('client_id_metadata_document_supported', true);
const pre = (id = 'notes-cli') => ['--registration', 'preregistered', '--client-id', id];
const mine = (more = {}) => ({ clients: [{ client_id: 'notes-cli', redirect_uris: ['http://127.0.0.1:33418/callback'], ...more }] });
const old = { mcpPath: '/mcp', prm: [], iss: false, anyResource: true };
const was = (hooks, more = {}) => [{ ...challenge('Bearer'), ...hooks }, { shape: 'worker', args: ['--spec', '2025-03-26'], ...more, with: { ...old, ...more.with } }];
const spec = (v, more = {}) => ({ shape: 'spring', args: ['--spec', v], ...more });
const secure = (cert, more = {}) => ({ shape: 'spring', args: ['--cacert', roots], with: { tls: { rs: cert, ...more } } });

export default {
  // Refusals.
  '415': fault(AS, [/415/, /regist/i], refused('invalid_request', 'Content-Type application/json is not supported', 415)),
  '402': fault(AS, [/402/, /regist/i], register(() => Answer.json(402, { error: 'upgrade your plan' }))),
  '503': fault(AS, [/503/, /regist/i], register(() => Answer.html(503, 'Service Unavailable'))),
  'response types': fault(AS, [/response_types/], refused('invalid_client_metadata', 'response_types: code is not allowed for this client')),
  'member not known': fault(AS, [/application_type/], refused('invalid_client_metadata', 'Unrecognized field "application_type"')),
  'name reserved': fault(AS, [/client_name/], refused('invalid_client_metadata', 'client_name contains a reserved word')),
  'terms of service': fault(AS, [/tos_uri/], refused('invalid_client_metadata', 'tos_uri is required')),
  'port in the redirect': fault(AS, [/redirect/, /port/], refused('invalid_redirect_uri', 'redirect_uris must not contain a port')),
  'localhost forbidden': fault(AS, [/redirect/, /localhost|loopback|127/], refused('invalid_redirect_uri', 'localhost redirect URIs are not allowed in production')),
  'redirect list of hosts': fault(AS, [/redirect/, /allow/i], register(() => Answer.json(400, { error: 'invalid_request', message: 'redirect_uri host 127.0.0.1 is not in the allow list' }))),
  'Keycloak: client scopes': fault(AS, [/Allowed Client Scopes|scope/], refused('insufficient_scope', "Policy 'Allowed Client Scopes' rejected request to client-registration service. Details: Not permitted to use specified clientScope", 403), { shape: 'keycloak' }),
  'Keycloak: too many': fault(AS, [/Max Clients/], refused('insufficient_scope', "Policy 'Max Clients Limit' rejected request to client-registration service. Details: It's allowed to have max 200 clients per realm", 403), { shape: 'keycloak' }),
  'Auth0: switched off': fault(AS, [/403/, /not enabled/], refused('access_denied', 'Dynamic client registration is not enabled for this tenant', 403), { shape: 'auth0' }),
  'Okta: no session': fault(AS, [/403/, /E0000005|Invalid session/], register(() => Answer.json(403, { errorCode: 'E0000005', errorSummary: 'Invalid session', errorLink: 'E0000005', errorId: 'oae', errorCauses: [] })), { shape: 'okta' }),
  'unapproved statement': fault(AS, [/unapproved_software_statement/], refused('unapproved_software_statement', 'the statement is not approved')),
  'GraphQL': fault(AS, [/workspace is archived/], register(() => Answer.json(400, { errors: [{ message: 'workspace is archived', extensions: { code: 'BAD_USER_INPUT' } }] }))),
  'problem details': fault(AS, [/grant_types is required/], register(() => Answer.json(400, { type: 'about:blank', title: 'Bad Request', status: 400, detail: 'grant_types is required' }, { 'Content-Type': 'application/problem+json' }))),
  'serde in text': fault(AS, [/missing field `?contacts/], register(() => new Answer(422, 'Failed to deserialize the JSON body into the target type: missing field `contacts` at line 1 column 312', { 'Content-Type': 'text/plain; charset=utf-8' }))),
  'error in a 200': fault(AS, [/200/, /invalid_client_metadata/], register(() => Answer.json(200, { error: 'invalid_client_metadata', error_description: 'nope' }))),
  'error in a 201': fault(AS, [/201/, /quota/], register(() => Answer.json(201, { error: 'quota exceeded' }))),
  'wants application_type native': fault(AS, [/application_type/], refused('invalid_client_metadata', 'application_type must be "native" for loopback redirects')),
  'wants scope': fault(AS, [/scope/], refused('invalid_client_metadata', 'scope is required')),
  'closes the connection': fault(AS, [/clos|reset|answer/i, /regist/i], { before: (c) => (c.where === 'register' ? Answer.raw('') : undefined) }),
  'moved to https': fault(AS, [/308/, /https/], register((c) => Answer.to(c.at.register.replace('http:', 'https:'), 308))),
  'wants a form': fault(AS, [/form|urlencoded/i], refused('invalid_request', 'expected application/x-www-form-urlencoded')),

  // Replies.
  'html in a 201': fault(AS, [/HTML|JSON/], register(() => Answer.html(201, 'Client created'))),
  'xml': fault(AS, [/JSON/], register((c, a) => new Answer(201, '<client><client_id>abc</client_id></client>', { 'Content-Type': 'application/xml' }))),
  'text/plain': fault(AS, [/Content-Type/i, /text\/plain/], register((c, a) => (a.status === 201 ? a.set('Content-Type', 'text/plain') : a))),
  '204': fault(AS, [/204/], register(() => new Answer(204))),
  'client_id twice': fault(AS, [/client_id/, /twice|more than once|repeat/i], register((c, a) => { if (a.status === 201) a.body = a.body.replace('{', '{"client_id":"other",'); return a; })),
  'client_id array': fault(AS, [/client_id/, /array/], client((d) => { d.client_id = [d.client_id]; })),
  'client_id with a line break': fault(AS, [/client_id/, /line|space|character|\\n/i], client((d) => { d.client_id = `${d.client_id}\n`; })),
  'client_ID': fault(AS, [/client_id/, /client_ID/], client((d) => { d.client_ID = d.client_id; delete d.client_id; })),
  'method null': fault(AS, [/token_endpoint_auth_method/, /null/], client((d) => { d.token_endpoint_auth_method = null; })),
  'grant types text': fault(AS, [/grant_types/, /string|array/], client((d) => { d.grant_types = 'authorization_code'; })),
  'grant types of machines': fault(AS, [/grant_types/, /client_credentials/], client((d) => { d.grant_types = ['client_credentials']; })),
  'grant types empty': fault(AS, [/grant_types/, /empty/i], client((d) => { d.grant_types = []; })),
  'response types text': fault(AS, [/response_types/, /string|array/], client((d) => { d.response_types = 'code'; })),
  'secret empty': fault(AS, [/client_secret/, /empty/i], client((d) => { d.client_secret = ''; }), secret),
  'secret null': fault(AS, [/client_secret/, /null/], client((d) => { d.client_secret = null; }), secret),
  'secret number': fault(AS, [/client_secret/, /number/], client((d) => { d.client_secret = 123456; }), secret),
  'secret called another name': fault(AS, [/client_secret/, /clientSecret/], client((d) => { d.clientSecret = d.client_secret; delete d.client_secret; }), secret),
  'expiry text': fault(AS, [/client_secret_expires_at/, /string/], client((d) => { d.client_secret_expires_at = '0'; }), secret),
  'expiry a date': fault(AS, [/client_secret_expires_at/, /2030|string/], client((d) => { d.client_secret_expires_at = '2030-01-01T00:00:00Z'; }), secret),
  'expiry null': fault(AS, [/client_secret_expires_at/, /null/], client((d) => { d.client_secret_expires_at = null; }), secret),
  'redirects null': fault(AS, [/redirect_uris/, /null/], client((d) => { d.redirect_uris = null; })),
  'redirects of another': fault(AS, [/redirect_uris/, /portal\.example/], stored((d) => { d.redirect_uris = ['https://portal.example/cb']; })),
  'redirect with a query': fault(AS, [/redirect_uris/, /\?/], stored((d) => { d.redirect_uris = d.redirect_uris.map((u) => `${u}?client=1`); })),
  'redirect in capitals': fault(AS, [/redirect_uris/, /CALLBACK/], stored((d) => { d.redirect_uris = d.redirect_uris.map((u) => u.replace('callback', 'CALLBACK')); })),
  'scope array': fault(AS, [/scope/, /array/], client((d) => { d.scope = ['notes:read']; })),
  'issued at text': fault(AS, [/client_id_issued_at/, /string/], client((d) => { d.client_id_issued_at = new Date().toISOString(); })),
  'method never offered': fault(AS, [/token_endpoint_auth_method/, /client_secret_jwt/], client((d) => { d.token_endpoint_auth_method = 'client_secret_jwt'; d.client_secret = 'x'.repeat(32); d.client_secret_expires_at = 0; })),

  // Documents of clients, and ids given by hand.
  'document: a URL is no id here': fault([AS], [/client_id/, /URL/], { ...takes, authorize: () => oauthError(400, 'invalid_request', 'client_id must not be a URL') }, cimd()),
  'document: too large': fault([AS, CL], [/document/, /too large|5 ?kB|5120/i], { ...takes, authorize: () => oauthError(400, 'invalid_client', 'client metadata document is too large (limit 5120 bytes)') }, cimd()),
  'document: content type': fault([AS, CL], [/document|content.type/i, /text\/html/], { ...takes, authorize: () => oauthError(400, 'invalid_client_metadata', 'client metadata document has content type text/html, expected application/json') }, cimd()),
  'document: says another id': fault([AS, CL], [/client_id/, /match|differ/i], { ...takes, authorize: () => oauthError(400, 'invalid_client_metadata', 'client_id in the document does not match its URL') }, cimd()),
  'document: private address': fault([AS, CL], [/private|address|fetch|document/i, /10\.0\.0\.8|private/], { ...takes, authorize: () => oauthError(400, 'invalid_client', 'refusing to fetch the client metadata document from private address 10.0.0.8') }, cimd()),
  'document: flag misnamed': fault([AS], [/client_id_metadata_document_supported/], { ...put('client_id_metadata_documents_supported', true), authorize: () => Answer.html(400, 'Unknown client_id') }, { ...cimd(), with: { register: false } }),
  'document: url without a path': fault(CL, [/client_id/, /path/], takes, cimd('https://client.example')),
  'document: http': fault(CL, [/client_id/, /https/], takes, cimd('http://client.example/oauth/client.json')),
  'document: fragment': fault(CL, [/client_id/, /#|fragment/], takes, cimd(`${CIMD}#v1`)),
  'document: dots': fault(CL, [/client_id/, /\.\.|dot/], takes, cimd('https://client.example/oauth/../client.json')),
  'by hand: space behind': fault(CL, [/client_id|client id/i, /space/i], {}, { with: mine(), args: pre('notes-cli ') }),
  'by hand: another directory': fault(CL, [/AADSTS700016|notes-cli/, /directory|tenant|application/i], { authorize: () => Answer.html(200, "AADSTS700016: Application with identifier 'notes-cli' was not found in the directory 'Acme'.") }, { shape: 'entra', with: mine(), args: pre() }),
  'by hand: switched off': fault([CL, AS], [/client/i, /disabled/i], { authorize: () => Answer.html(400, 'We are sorry... Client disabled') }, { shape: 'keycloak', with: mine(), args: pre() }),
  'by hand: server not listed': fault(CL, [/authorization_servers|authorization server/, /else\.example/], {}, { args: ['--authorization-server', 'https://else.example'] }),

  // Revisions.
  '2025-03-26: metadata below the endpoint': fault([RS, AS], [/well-known/, /404/], ...was({ before: (c) => { if (c.path === '/mcp/.well-known/oauth-authorization-server') return Answer.json(200, { issuer: c.issuer, authorization_endpoint: c.at.authorize, token_endpoint: c.at.token, response_types_supported: ['code'] }); if (c.where === 'metadata') return Answer.json(404, {}); } }, { with: { endpoints: { authorize: '/o/authorize', token: '/o/token', register: '/o/register', jwks: '/o/jwks' } } })),
  '2025-03-26: issuer slash': fault([RS, AS], [/issuer/, /slash/i], ...was(put('issuer', (c) => `${c.issuer}/`))),
  '2025-03-26: registration closed': fault([RS, AS], [/403/, /regist/i], ...was(register(() => Answer.json(403, { error: 'registration is disabled' })))),
  '2025-03-26: authorize relative': fault([RS, AS], [/authorization_endpoint/, /relative|absolute/i], ...was(put('authorization_endpoint', '/authorize'))),
  '2025-06-18: only OpenID discovery': fault(AS, [/oauth-authorization-server/], {}, spec('2025-06-18', { with: { documents: ['oidc'] } })),
  '2025-06-18: no metadata of the resource': fault(RS, [/resource_metadata|oauth-protected-resource/], { ...challenge('Bearer'), ...at('prm', () => Answer.json(404, {})) }, spec('2025-06-18')),
  '2025-06-18: no methods of PKCE': fault(AS, [/code_challenge_methods_supported/], { metadataDocument: (d) => { delete d.code_challenge_methods_supported; return d; } }, spec('2025-06-18')),
  '2025-11-25: no challenge': fault(RS, [/WWW-Authenticate/], on401((a) => a.drop('WWW-Authenticate')), spec('2025-11-25')),
  '2025-11-25: servers empty': fault(RS, [/authorization_servers/, /empty/i], { prmDocument: (d) => { d.authorization_servers = []; return d; } }, spec('2025-11-25')),
  '2026-07-28 asked of an older server': fault(RS, [/server\/discover|2026-07-28/], {}, spec('2026-07-28')),
  '2026-07-28: no challenge': fault(RS, [/WWW-Authenticate/], on401((a) => a.drop('WWW-Authenticate')), spec('2026-07-28', { with: { stateless: true } })),
  '2026-07-28: header called missing before it asks': fault(RS, [/400/, /Mcp-Method|-32020/i], on401((a, c) => (c.method === 'POST' ? Answer.json(400, { jsonrpc: '2.0', id: JSON.parse(c.text).id ?? null, error: { code: -32020, message: 'header Mcp-Method is missing' } }) : a)), spec('2026-07-28', { with: { stateless: true } })),
  '2026-07-28: answers the old version': fault(RS, [/supportedVersions|version/, /2025-11-25/], { rpcReply: (r, c) => { if (c.rpc === 'server/discover') r.result.supportedVersions = ['2025-11-25']; return r; } }, spec('2026-07-28', { with: { stateless: true } })),
  '2026-07-28: servers missing': fault(RS, [/authorization_servers/], { prmDocument: (d) => { delete d.authorization_servers; return d; } }, spec('2026-07-28', { with: { stateless: true } })),
  '2026-07-28: registration refuses the type': fault(AS, [/application_type/], refused('invalid_client_metadata', 'application_type native is not supported'), spec('2026-07-28', { with: { stateless: true } })),

  // Certificates.
  'certificate: signed by itself': fault(RS, [/certificate/i, /self.signed|unknown|trust/i], {}, { shape: 'spring', with: { tls: { rs: tls.lone } } }),
  'certificate: ended': fault(RS, [/certificate/i, /expired|2021/i], {}, secure(tls.expired)),
  'certificate: not yet': fault(RS, [/certificate/i, /not yet|2099|not valid/i], {}, secure(tls.future)),
  'certificate: for another name': fault(RS, [/certificate/i, /notes\.example|name/i], {}, secure(tls.named)),
  'certificate: without the intermediate': fault(RS, [/certificate/i, /chain|intermediate|unknown|trust/i], {}, secure(tls.below)),
  'certificate: wanted of the client': fault([RS, CL], [/certificate/i, /client/i], {}, secure({ ...tls.good, requestCert: true, rejectUnauthorized: true })),
  'certificate: of the authorization server, signed by itself': fault(AS, [/certificate/i, /self.signed|unknown|trust/i], {}, { shape: 'spring', with: { tls: { as: tls.lone } } }),
  'certificate: of the authorization server, ended': fault(AS, [/certificate/i, /expired|2021/i], {}, { shape: 'keycloak', args: ['--cacert', roots], with: { tls: { as: tls.expired } } }),
  'TLS 1.1': fault(RS, [/TLS/, /version|protocol|1\.1|handshake/i], {}, secure({ ...tls.good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })),
};
