// From the first answer to a client id: challenges, documents, registration, documents of clients, ids given by hand.

import { Answer, oauthError } from '../kit.mjs';
import { RS, AS, CL, fault, at, on401, challenge } from '../table.mjs';

const url = (change) => challenge((c) => `Bearer resource_metadata="${change(c.prmUrl, c)}"`);
const prmOk = (change) => at('prm', (a, c) => (a.status === 200 ? change(a, c) : a));
const prm = (change) => ({ prmDocument: (d, c) => change(d, c) ?? d });
const meta = (change) => ({ metadataDocument: (d, c) => change(d, c) ?? d });
const asOk = (change) => at('metadata', (a, c) => (a.status === 200 ? change(a, c) : a));
const register = (answer) => at('register', (a, c) => (c.method === 'POST' ? answer(c, a) : a));
const refused = (words, error = 'invalid_client_metadata', status = 400) => register(() => oauthError(status, error, words));
const stored = (change) => ({ client: (d, c) => { change(d, c); c.clients.set(String(d.client_id), { ...c.clients.get(d.client_id), ...d }); return d; } });
const spring = { shape: 'spring' };
const CIMD = 'https://client.example/oauth/client.json';
const cimd = { args: ['--registration', 'cimd', '--client-metadata-url', CIMD] };
const takes = meta((d) => { d.client_id_metadata_document_supported = true; });
const document = (words, error = 'invalid_client') => fault([AS, CL], [], { ...takes, authorize: () => oauthError(400, error, words) }, cimd);
const says = (row, ...says) => ({ ...row, says });
const mine = (more = {}) => ({ clients: [{ client_id: 'notes-cli', redirect_uris: ['http://127.0.0.1:33418/callback'], ...more }] });
const pre = (id = 'notes-cli', ...more) => ['--registration', 'preregistered', '--client-id', id, ...more];
const confidential = (method = 'client_secret_basic') => ({ ...mine({ token_endpoint_auth_method: method, client_secret: 's3cret-value' }), methods: [method] });

export default {
  // Challenge.
  'challenge: for GET only': fault(RS, [/WWW-Authenticate/], on401((a, c) => (c.method === 'POST' ? a.drop('WWW-Authenticate') : a)), spring),
  'challenge: no scheme in the url': fault(RS, [/resource_metadata/, /relative|scheme|absolute/i], url((u) => u.replace('http:', '')), spring),
  'challenge: description of the API': fault(RS, [/resource/, /openapi/i], { ...url((u, c) => `${c.rs}/openapi.json`), before: (c) => (c.path === '/openapi.json' ? Answer.json(200, { openapi: '3.1.0', info: { title: 'Notes', version: '1' }, paths: {} }) : undefined) }),
  'challenge: backslashes': fault(RS, [/resource_metadata/, /\\/], url((u) => u.replace('http://', 'http:\\\\\\\\')), spring),
  'challenge: a token in it': fault(RS, [/WWW-Authenticate|resource_metadata/], challenge('Bearer eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.AAAA'), { shape: 'workos' }),
  'challenge: error of its own': fault(RS, [/error/, /token_required/], challenge((c) => `Bearer error="token_required", resource_metadata="${c.prmUrl}"`), spring),
  'challenge: team next door': fault(RS, [/resource/, /team\/8/], { ...url((u) => u.replace('team/7', 'team/8')), before: (c) => (c.path === '/.well-known/oauth-protected-resource/team/8/mcp' ? Answer.json(200, { resource: `${c.rs}/team/8/mcp`, authorization_servers: [c.issuer] }) : undefined) }, { shape: 'spring', with: { mcpPath: '/team/7/mcp' } }),
  'challenge: ftp': fault(RS, [/resource_metadata/, /ftp/], url((u) => u.replace('http:', 'ftp:')), spring),
  'challenge: escapes of JSON': fault(RS, [/resource_metadata/, /u002F/], url((u) => u.replaceAll('/', '\\u002F'))),

  // Document of the resource.
  'prm: comments': fault(RS, [/JSON/], prmOk((a) => { a.body = `// generated, do not edit\n${a.body}`; })),
  'prm: YAML': fault(RS, [/JSON/], prmOk((a, c) => new Answer(200, `resource: ${c.resource}\nauthorization_servers:\n  - ${c.issuer}\n`, { 'Content-Type': 'application/yaml' }))),
  'prm: XML': fault(RS, [/JSON|XML/], prmOk((a, c) => new Answer(200, `<resource>${c.resource}</resource>`, { 'Content-Type': 'application/xml' }))),
  'prm: soft 404': fault(RS, [/resource|authorization_servers/, /detail|Not Found/], prmOk(() => Answer.json(200, { detail: 'Not Found' }))),
  'prm: binding as text': fault(RS, [/dpop_bound_access_tokens_required/, /string/], prm((d) => { d.dpop_bound_access_tokens_required = 'false'; })),
  'prm: binding to certificates': fault([RS, AS], [/tls_client_certificate_bound_access_tokens/], prm((d) => { d.tls_client_certificate_bound_access_tokens = true; })),
  'prm: slash, then right': fault([RS, AS], [/authorization_servers|issuer/, /slash/i], prm((d, c) => { d.authorization_servers = [`${c.issuer}/`, c.issuer]; }), spring),
  'prm: metadata url for the servers': fault(RS, [/authorization_servers/, /authorization_server_metadata_url/], prm((d, c) => { delete d.authorization_servers; d.authorization_server_metadata_url = `${c.issuer}/.well-known/oauth-authorization-server`; })),
  'prm: resource_server': fault(RS, [/resource\b/, /resource_server/], prm((d) => { d.resource_server = d.resource; delete d.resource; })),
  'prm: 406': fault(RS, [/406/], at('prm', () => Answer.json(406, { error: 'Not Acceptable' }))),
  'prm: tenant wanted': fault(RS, [/400/, /X-Tenant/], at('prm', () => Answer.json(400, { error: 'X-Tenant header missing' }))),

  // Document of the authorization server.
  'token: fragment': fault(AS, [/token_endpoint/, /#|fragment/], meta((d) => { d.token_endpoint += '#v2'; })),
  'token is where one signs in': fault(AS, [/token_endpoint/, /authorization_endpoint|authorize/], meta((d) => { d.token_endpoint = d.authorization_endpoint; })),
  'token is the introspection': fault(AS, [/access_token/, /active|introspect/], { ...meta((d, c) => { d.token_endpoint = `${c.as}/introspect`; }), before: (c) => (c.path === '/introspect' ? Answer.json(200, { active: false }, { 'Cache-Control': 'no-store' }) : undefined) }),
  'token is the userinfo': fault(AS, [/401/, /token endpoint|token_endpoint/], { ...meta((d, c) => { d.token_endpoint = `${c.as}/userinfo`; }), before: (c) => (c.path === '/userinfo' ? Answer.json(401, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }) : undefined) }),
  'pkce: algorithms of signatures': fault(AS, [/code_challenge_methods_supported/, /RS256/], meta((d) => { d.code_challenge_methods_supported = ['RS256']; })),
  'metadata: signed as a whole': fault(AS, [/JSON|JWT/], asOk(() => new Answer(200, 'eyJhbGciOiJSUzI1NiJ9.eyJpc3N1ZXIiOiJ4In0.AAAA', { 'Content-Type': 'application/jwt' }))),
  'metadata: SAML': fault(AS, [/JSON|XML/], asOk(() => new Answer(200, '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"/>', { 'Content-Type': 'application/samlmetadata+xml' }))),

  // Registration.
  'FastAPI': fault(AS, [/422/, /client_uri/], register(() => Answer.json(422, { detail: [{ loc: ['body', 'client_uri'], msg: 'field required', type: 'value_error.missing' }] }))),
  'ASP.NET': fault(AS, [/LogoUri/], register(() => Answer.json(400, { title: 'One or more validation errors occurred.', status: 400, errors: { LogoUri: ['The LogoUri field is required.'] }, traceId: '00-2' }, { 'Content-Type': 'application/problem+json' }))),
  'Rails': fault(AS, [/422/, /contacts/], register(() => Answer.json(422, { errors: { contacts: ["can't be blank"] } }))),
  'too many from one address': fault(AS, [/403/, /too many clients/], register(() => Answer.json(403, { error: 'forbidden', message: 'too many clients registered from 203.0.113.9' }))),
  'keys wanted': fault(AS, [/jwks/], refused('jwks or jwks_uri is required')),
  'software id wanted': fault(AS, [/software_id/], refused('software_id is required')),
  'sector wanted': fault(AS, [/sector_identifier_uri/], refused('sector_identifier_uri is required')),
  '501': fault(AS, [/501/, /regist/i], register(() => Answer.json(501, { error: 'not implemented' }))),
  '307': fault(AS, [/307/, /regist/i], register(() => Answer.to('https://portal.invalid/apps/new', 307))),
  'an id of the request only': fault(AS, [/400/, /regist/i], register(() => Answer.json(400, { requestId: 'r-77' }))),
  'web application': fault(AS, [/application_type|redirect_uri/, /web/], { client: (d) => { d.application_type = 'web'; return d; }, authorize: () => Answer.html(400, 'http redirect URIs are not allowed for web clients (redirect_uri)') }),
  'redirect with a question mark': fault(AS, [/redirect_uris/, /\?/], stored((d) => { d.redirect_uris = d.redirect_uris.map((u) => `${u}?`); })),
  'redirects joined': fault(AS, [/redirect_uris/], stored((d) => { d.redirect_uris = [`${d.redirect_uris[0]},https://portal.example/cb`]; })),

  // Documents of clients.
  'document: 404': says(document('fetching the client metadata document failed: 404 Not Found'), /document/, /404/),
  'document: redirected': says(document('client metadata document must not redirect (302)'), /document/, /redirect/),
  'document: no name': says(document('client_name is missing in the client metadata document', 'invalid_client_metadata'), /client_name/),
  'document: kept in a cache': says(document('redirect_uri is not in the cached client metadata', 'invalid_request'), /redirect_uri/),
  'document: certificate': says(document('tls: failed to verify certificate: x509: certificate signed by unknown authority'), /certificate|x509/),
  'document: unknown at the token endpoint': fault(AS, [/client/, /token/], { ...takes, grant: () => oauthError(401, 'invalid_client', `unknown client ${CIMD}`) }, { ...cimd, with: { clients: [{ client_id: CIMD, redirect_uris: ['http://127.0.0.1:33418/callback'] }] } }),

  // Ids given by hand, and what else the operator chooses.
  'by hand: secret for the id': fault(CL, [/client_id|client id/i], {}, { with: confidential(), args: pre('s3cret-value', '--client-secret', 'notes-cli') }),
  'by hand: secret ended': fault([CL, AS], [/secret/, /expired/], { authenticate: () => oauthError(401, 'invalid_client', 'client secret expired on 2026-01-01') }, { with: confidential(), args: pre('notes-cli', '--client-secret', 's3cret-value') }),
  'by hand: secret with a line break': fault(CL, [/secret/, /space|line/], {}, { with: confidential(), args: pre('notes-cli', '--client-secret', 's3cret-value\n') }),
  'by hand: capitals': fault(CL, [/client_id|client id/i, /NOTES-CLI/], {}, { with: mine(), args: pre('NOTES-CLI') }),
  'by hand: service account': fault([CL, AS], [/unauthorized_client/, /service account/], { consent: () => ({ error: 'unauthorized_client', error_description: 'notes-cli is a service account (client_credentials only)' }) }, { with: mine(), args: pre() }),
  'by hand: method that is not offered': fault(CL, [/client_secret_post/, /client_secret_basic/], { authenticate: (client, used) => (used === 'client_secret_basic' ? undefined : oauthError(401, 'invalid_client', 'client authentication failed')) }, { with: confidential(), args: pre('notes-cli', '--client-secret', 's3cret-value', '--token-endpoint-auth-method', 'client_secret_post') }),
  'scopes with a comma': fault(CL, [/scope/, /,|comma/], {}, { shape: 'spring', args: ['--scope', 'notes:read,notes:write'] }),
  'scope of another server': fault(CL, [/scope/, /files:read/], {}, { shape: 'keycloak', args: ['--scope', 'files:read'] }),
  'resource with a slash': fault(CL, [/resource/, /slash/i], {}, { shape: 'spring', args: (w) => ['--resource', `${w.resource}/`] }),
  'redirect URI with a fragment': fault(CL, [/redirect.uri/i, /#|fragment/], {}, { shape: 'spring', args: ['--redirect-uri', 'http://127.0.0.1:33418/callback#done'] }),
};
