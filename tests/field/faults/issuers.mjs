// Who the authorization server says it is, in every place where it says so; its keys.

import { Answer, sign, now, oauthError } from '../kit.mjs';
import { RS, AS, fault, at } from '../table.mjs';

const set = (name, value) => ({ metadataDocument: (d, c) => { d[name] = typeof value === 'function' ? value(c) : value; return d; } });
const back = (change) => ({ response: (p, c) => change(p, c) ?? p });
const strict = { accepts: (k, c) => (k && [].concat(k.aud ?? []).includes(c.resource) && k.iss === c.issuer && k.exp > now() ? { scope: k.scope ?? '' } : undefined) };
const claims = (change) => ({ claims: (k, c) => change(k, c) ?? k });
const keys = (change) => ({ jwks: (a, c) => (c.method === 'OPTIONS' ? a : change(a, c) ?? a) });

export default {
  'host in capitals': fault([AS, RS], [/issuer/, /LOCALHOST/], set('issuer', (c) => c.issuer.replace('localhost', 'LOCALHOST')), { with: { host: 'localhost' } }),
  'path percent-encoded': fault([AS, RS], [/issuer/, /%2D/], set('issuer', (c) => c.issuer.replace('acme-eu', 'acme%2Deu')), { shape: 'keycloak', with: { issuerPath: '/realms/acme-eu' } }),
  'path with a double slash': fault([AS, RS], [/issuer/, /\/\/realms/], set('issuer', (c) => c.issuer.replace('/realms', '//realms')), { shape: 'keycloak' }),
  'path of the protocol': fault([AS, RS], [/issuer/, /protocol\/openid-connect/], set('issuer', (c) => `${c.issuer}/protocol/openid-connect`), { shape: 'keycloak' }),
  'undefined': fault([AS], [/issuer/, /undefined/], set('issuer', 'undefined/realms/acme'), { shape: 'keycloak' }),
  'unfilled variable': fault([AS], [/issuer/, /\$\{ISSUER\}|ISSUER/], set('issuer', '${ISSUER}')),
  'scheme and host': fault([AS, RS], [/issuer/, /https/, /login\.example/], set('issuer', 'https://login.example')),
  'the MCP server': fault([AS, RS], [/issuer/], set('issuer', (c) => c.rs), { shape: 'spring' }),
  'number': fault(AS, [/issuer/, /number/], set('issuer', 42)),
  'empty': fault(AS, [/issuer/, /empty/i], set('issuer', '')),
  'fragment': fault([AS, RS], [/issuer/, /#/], set('issuer', (c) => `${c.issuer}#default`)),
  'region': fault([AS, RS], [/issuer/, /eu\.auth\.example/], set('issuer', 'https://eu.auth.example/oauth2/default'), { shape: 'okta' }),
  'other policy server': fault([AS, RS], [/issuer/, /oauth2\/aus7x/], set('issuer', (c) => c.issuer.replace('default', 'aus7x')), { shape: 'okta' }),

  'iss encoded twice': fault(AS, [/iss/, /encod|%3A/i], back((p, c) => p.set('iss', encodeURIComponent(c.issuer))), { shape: 'spring' }),
  'iss is the MCP server': fault(AS, [/iss/], back((p, c) => p.set('iss', c.rs)), { shape: 'spring' }),
  'iss without the path': fault(AS, [/iss/, /realms\/acme/], back((p, c) => p.set('iss', c.as)), { shape: 'keycloak' }),
  'iss of the upstream': fault(AS, [/iss/, /accounts\.google\.com/], back((p) => p.set('iss', 'https://accounts.google.com')), { shape: 'workos', with: { iss: true } }),
  'iss https': fault(AS, [/iss/, /https/], back((p, c) => p.set('iss', c.issuer.replace('http:', 'https:'))), { shape: 'spring' }),
  'iss upper-case realm': fault(AS, [/iss/, /ACME/], back((p, c) => p.set('iss', c.issuer.replace('acme', 'ACME'))), { shape: 'keycloak' }),
  'iss sent, not advertised': fault(AS, [/iss/, /authorization_response_iss_parameter_supported/], { metadataDocument: (d) => { delete d.authorization_response_iss_parameter_supported; return d; } }, { args: ['--spec', '2026-07-28'], shape: 'spring', with: { stateless: true } }),
  'iss missing, stateless': fault(AS, [/iss/, /authorization_response_iss_parameter_supported/], back((p) => p.delete('iss')), { shape: 'spring', with: { stateless: true }, args: ['--spec', '2026-07-28'] }),

  'token of the container network': fault([AS, RS], [/iss/, /keycloak:8080/], { ...strict, ...claims((k) => { k.iss = 'http://keycloak:8080/realms/acme'; }) }, { shape: 'keycloak' }),
  'token https': fault([AS, RS], [/iss/, /https/], { ...strict, ...claims((k) => { k.iss = k.iss.replace('http:', 'https:'); }) }, { shape: 'spring' }),
  'token without iss': fault(AS, [/iss/], { ...strict, ...claims((k) => { delete k.iss; }) }, { shape: 'spring' }),
  'token without the path': fault([AS, RS], [/iss/, /realms\/acme/], { ...strict, ...claims((k, c) => { k.iss = c.as; }) }, { shape: 'keycloak' }),
  'token of another realm': fault([AS, RS], [/iss/, /realms\/master/], { ...strict, ...claims((k, c) => { k.iss = `${c.as}/realms/master`; }) }, { shape: 'keycloak' }),
  'token endpoint of another tenant': fault(AS, [/token_endpoint/, /realms\/other/], { ...set('token_endpoint', (c) => `${c.as}/realms/other/protocol/openid-connect/token`), before: (c) => { if (c.path.includes('/realms/other/')) return oauthError(400, 'invalid_grant', 'Code not valid'); } }, { shape: 'keycloak' }),

  'keys: 404': fault(AS, [/jwks_uri/, /404/], keys(() => Answer.json(404, {}))),
  'keys: html': fault(AS, [/jwks_uri/, /HTML/i], keys(() => Answer.html(200, 'Identity'))),
  'keys: none': fault(AS, [/jwks|keys/], keys(() => Answer.json(200, { keys: [] }))),
  'keys: other kid': fault([AS, RS], [/kid|key/, /k1/], { ...keys((a) => a.json((d) => { d.keys[0].kid = 'k0'; })) }),
  'keys: bare list': fault(AS, [/keys/], keys((a) => a.json((d) => d.keys))),
  'keys: private': fault(AS, [/private|`d`/], keys((a) => a.json((d) => { d.keys[0].d = 'AQAB'; }))),
  'keys: other modulus': fault([AS, RS], [/sign/i], keys((a) => a.json((d) => { d.keys[0].n = d.keys[0].n.split('').reverse().join(''); }))),
  'keys: relative uri': fault(AS, [/jwks_uri/, /absolute|relative/i], set('jwks_uri', '/jwks')),
  'unsigned token': fault(AS, [/alg|sign/i, /none/], { sign: (k) => `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${Buffer.from(JSON.stringify(k)).toString('base64url')}.`, accepts: () => undefined }),
  'symmetric token': fault([AS, RS], [/HS256/], { sign: (k) => sign(k, { header: { alg: 'HS256' } }), accepts: () => undefined }),
};
