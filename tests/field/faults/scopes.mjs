// Scopes between the parties: names that almost match, formats, what is granted and what the token really carries.

import { Answer, oauthError } from '../kit.mjs';
import { RS, AS, CL, fault, challenge } from '../table.mjs';

const asks = (scope) => challenge((c) => `Bearer resource_metadata="${c.prmUrl}", scope="${scope}"`);
const bare = challenge((c) => `Bearer resource_metadata="${c.prmUrl}"`);
const listed = (scopes) => ({ prmDocument: (d) => { d.scopes_supported = scopes; return d; } });
const needs = (...names) => ({ accepts: (k, c, known) => k && { scope: names.every((n) => (k.scope ?? '').split(' ').includes(n)) ? c.d.needs.join(' ') : '' } });
const forbidden = (header, body = { error: 'insufficient_scope' }) => ({ mcp: (a, c) => (c.kind === 'call' ? Answer.json(403, body, header ? { 'WWW-Authenticate': typeof header === 'function' ? header(c) : header } : {}) : a) });
const says = (error, words) => ({ consent: () => ({ error, error_description: words }) });

export default {
  'metadata names a bundle': fault([RS, AS], [/mcp\.full/, /scope/], { ...bare, ...listed(['mcp.full']) }, { shape: 'spring' }),
  'plural': fault(RS, [/notes:reads/, /notes:read\b/], asks('notes:reads'), { shape: 'okta' }),
  'resource in the plural': fault(RS, [/note:read/, /notes:read/], asks('note:read'), { shape: 'workos' }),
  'underscore for colon': fault(RS, [/notes_read/, /notes:read/], asks('notes_read'), { shape: 'auth0' }),
  'slash for colon': fault(RS, [/notes\/read/, /notes:read/], asks('notes/read'), { shape: 'keycloak' }),
  'words swapped': fault(RS, [/read:notes/, /notes:read/], asks('read:notes'), { shape: 'keycloak' }),
  'prefix of the API': fault(RS, [/https:\/\/api\.notes\.example\/notes:read/, /notes:read/], asks('https://api.notes.example/notes:read'), { shape: 'okta' }),
  'prefix of the resource server': fault(RS, [/notes-api\/notes:read/], asks('notes-api/notes:read'), { shape: 'spring' }),
  'upper case': fault(RS, [/NOTES:READ/, /notes:read/], asks('NOTES:READ'), { shape: 'workos' }),
  'default beside names': fault([RS, AS], [/\.default/], { ...asks('api://notes/.default api://notes/Notes.Read'), ...says('invalid_scope', "AADSTS70011: The provided value for the input parameter 'scope' is not valid. .default scope can't be combined with resource-specific scopes.") }, { shape: 'entra', with: { alsoScopes: ['api://notes/.default'] } }),
  'looked up at Graph': fault([RS, AS], [/Notes\.Read/, /Graph|00000003|api:\/\/notes/], { ...asks('Notes.Read'), ...says('invalid_client', "AADSTS650053: The application 'notes' asked for scope 'Notes.Read' that doesn't exist on the resource '00000003-0000-0000-c000-000000000000'. Contact the app vendor.") }, { shape: 'entra', with: { alsoScopes: ['Notes.Read'] } }),
  'with two spaces': fault(RS, [/scope/, /space/i], asks('notes:read  notes:write'), { shape: 'spring' }),
  'with a tab': fault(RS, [/scope/, /tab|white|space/i], asks('notes:read\tnotes:write'), { shape: 'spring' }),
  'with plus signs': fault(RS, [/scope/, /notes:read\+notes:write/], asks('notes:read+notes:write'), { shape: 'keycloak' }),
  'percent-encoded': fault(RS, [/notes%3Aread/], asks('notes%3Aread'), { shape: 'auth0' }),
  'trailing comma': fault(RS, [/scope/, /comma|notes:read,/i], asks('notes:read, notes:write,'), { shape: 'spring' }),
  'semicolons': fault(RS, [/scope/, /notes:read;notes:write|semicolon/i], asks('notes:read;notes:write'), { shape: 'spring' }),
  'pipe': fault(RS, [/notes:read\|notes:write/], asks('notes:read|notes:write'), { shape: 'okta' }),
  'line break in the metadata': fault(RS, [/scopes_supported/, /line|newline|\\n|control/i], { ...bare, ...listed(['notes:read\n']) }, { shape: 'spring' }),
  'offline_access in the challenge': fault([RS, AS], [/offline_access/], asks('notes:read offline_access'), { shape: 'spring' }),
  'openid in the metadata, unknown': fault([RS, AS], [/openid/], { ...bare, ...listed(['openid', 'profile', 'notes:read']) }, { shape: 'spring' }),
  'openid demanded': fault([AS, RS], [/openid/, /scope/], says('invalid_scope', 'scope openid is required')),
  'demanded, none named': fault([RS, AS], [/scope/], { ...bare, ...listed(undefined), ...says('invalid_request', "Missing required parameter: 'scope'") }, { shape: 'spring', with: { needs: [], defaultScope: ['notes:read'] } }),
  'not allowed for the client': fault([AS, CL], [/scope/, /notes:read/], { client: (d) => ({ ...d, scope: 'profile' }), ...says('invalid_scope', 'The client is not allowed to request notes:read') }, { shape: 'keycloak' }),
  'registered less': fault([AS, CL], [/scope/, /regist/i, /notes:read/], { client: (d) => ({ ...d, scope: 'openid' }), ...says('invalid_scope', 'invalid scope requested') }, { shape: 'spring' }),
  'granted in capitals': fault(AS, [/Notes:Read/, /notes:read/], { grants: () => ['Notes:Read'], ...needs('notes:read') }, { shape: 'spring' }),
  'granted with a prefix': fault(AS, [/notes-api\/notes:read/, /notes:read/], { grants: (s) => s.map((n) => `notes-api/${n}`), ...needs('notes:read') }, { shape: 'okta' }),
  'granted only the default': fault(AS, [/notes:read/, /default/], { grants: () => ['default'], ...needs('notes:read') }, { shape: 'auth0' }),
  'granted nothing, scope empty': fault(AS, [/scope/, /notes:read/], { grants: () => [], tokenReply: (r) => ({ ...r, scope: '' }) }, { shape: 'keycloak' }),
  'granted silently less': fault(AS, [/scope/, /notes:write/], { ...asks('notes:read notes:write'), grants: () => ['notes:read'], tokenReply: (r) => { delete r.scope; return r; } }, { shape: 'keycloak', tool: 'write_note' }),
  'claim with commas': fault([AS, RS], [/notes:read,notes:write/], { ...asks('notes:read notes:write'), claims: (k) => ({ ...k, scope: k.scope.replaceAll(' ', ',') }) , ...needs('notes:read') }, { shape: 'spring' }),
  'claim scopes': fault([AS, RS], [/scopes/], { claims: (k) => { k.scopes = k.scope; delete k.scope; }, ...needs('notes:read') }, { shape: 'okta' }),
  'claim permissions': fault([AS, RS], [/permissions/], { claims: (k) => { k.permissions = k.scope.split(' '); delete k.scope; }, ...needs('notes:read') }, { shape: 'auth0' }),
  'claim roles': fault([AS, RS], [/roles/], { claims: (k) => { k.roles = k.scope.split(' '); delete k.scope; }, ...needs('api://notes/Notes.Read') }, { shape: 'entra' }),
  'server wants another spelling': fault(RS, [/notes\.read/, /notes:read/], forbidden((c) => `Bearer error="insufficient_scope", scope="notes.read", resource_metadata="${c.prmUrl}"`), { shape: 'spring' }),
  'server names nothing': fault(RS, [/scope/, /403/], forbidden('Bearer error="insufficient_scope"'), { shape: 'okta' }),
  'server says it in the body': fault(RS, [/403/, /WWW-Authenticate|scope/], forbidden(undefined, { error: 'insufficient_scope', required_scopes: ['notes:admin'] }), { shape: 'spring' }),
  'wildcard refused': fault(RS, [/notes:\*/], asks('notes:*'), { shape: 'keycloak' }),
  'refused at the token': fault([AS, RS], [/scope/, /notes:read/], { grant: (c) => (c.grant === 'authorization_code' ? oauthError(400, 'invalid_scope', 'notes:read is not assigned to this client') : undefined) }, { shape: 'spring' }),
  'consent of an administrator': fault([AS, CL], [/consent|administrator/i], says('access_denied', 'AADSTS90094: An administrator of the tenant must consent to notes')),
};
