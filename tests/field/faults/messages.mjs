// What identity providers say, word for word, and the answers they have of their own.

import { Answer, oauthError } from '../kit.mjs';
import { RS, AS, CL, fault, at } from '../table.mjs';

const page = (answer) => at('authorize', answer);
const error = (error, error_description) => ({ consent: () => ({ error, ...(error_description && { error_description }) }) });
const code = (status, body, headers) => ({ grant: (c) => (c.grant === 'authorization_code' ? (typeof body === 'string' ? new Answer(status, body, headers) : Answer.json(status, body, headers)) : undefined) });
const fresh = (status, body) => ({ grant: (c) => (c.grant === 'refresh_token' ? Answer.json(status, body) : undefined) });
const any = [AS, CL];
const entra = { shape: 'entra' };

export default {
  'Entra: user of another tenant': fault(any, [/AADSTS50020/, /tenant/], error('access_denied', "AADSTS50020: User account 'eve@example.com' from identity provider 'live.com' does not exist in tenant 'Contoso' and cannot access the application 'notes'."), entra),
  'Entra: conditional access': fault(any, [/AADSTS53003/, /conditional access/i], error('access_denied', 'AADSTS53003: Access has been blocked by Conditional Access policies.'), entra),
  'Entra: not assigned': fault(any, [/AADSTS50105/, /assign/i], error('access_denied', "AADSTS50105: Your administrator has configured the application notes to block users unless they are specifically granted ('assigned') access to the application."), entra),
  'Entra: parameter missing': fault(any, [/AADSTS900144/, /scope/], code(400, { error: 'invalid_request', error_description: "AADSTS900144: The request body must contain the following parameter: 'scope'.", error_codes: [900144] }), entra),
  'Entra: verifier': fault(AS, [/AADSTS501481|code_verifier/], code(400, { error: 'invalid_grant', error_description: 'AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization request.' }), entra),
  'Entra: redeemed': fault(any, [/AADSTS54005/, /redeemed/i], code(400, { error: 'invalid_grant', error_description: 'AADSTS54005: OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.' }), entra),
  'Entra: not multi-tenant': fault(any, [/AADSTS50194/, /tenant/], error('invalid_request', "AADSTS50194: Application 'b3c1' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'."), entra),
  'Entra: no reply address': fault(any, [/AADSTS500113/, /redirect|reply/i], page(() => Answer.html(400, 'AADSTS500113: No reply address is registered for the application.')), entra),
  'Entra: reply address': fault(any, [/AADSTS50011\b/, /redirect/i], page(() => Answer.html(400, "AADSTS50011: The redirect URI 'http://127.0.0.1:33418/callback' specified in the request does not match the redirect URIs configured for the application 'b3c1'.")), entra),
  'Okta: scopes': fault([AS, RS, CL], [/scope/, /notes:read/], error('invalid_scope', 'One or more scopes are not configured for the authorization server resource.'), { shape: 'okta' }),
  'Okta: redirect': fault(any, [/redirect/i], page(() => Answer.html(400, "Your request resulted in an error. The 'redirect_uri' parameter must be a Login redirect URI in the client app settings")), { shape: 'okta' }),
  'Auth0: service': fault([AS, RS], [/Service not found/, /resource|audience|API/], error('access_denied', 'Service not found: http://127.0.0.1/mcp'), { shape: 'auth0' }),
  'Auth0: no connections': fault(any, [/connection/i], error('invalid_request', 'no connections enabled for the client'), { shape: 'auth0' }),
  'Auth0: resource server': fault(any, [/not authorized to access resource server/], code(403, { error: 'access_denied', error_description: 'Client is not authorized to access resource server "https://api.notes.example".' }), { shape: 'auth0' }),
  'Auth0: grant': fault(any, [/unauthorized_client/, /authorization_code/], code(403, { error: 'unauthorized_client', error_description: "Grant type 'authorization_code' not allowed for the client.", error_uri: 'https://auth0.com/docs/clients/client-grant-types' }), { shape: 'auth0' }),
  'Keycloak: redirect': fault(AS, [/redirect_uri/, /33418/], page(() => Answer.html(400, 'We are sorry... Invalid parameter: redirect_uri')), { shape: 'keycloak' }),
  'Keycloak: scopes': fault([AS, RS], [/Invalid scopes/, /scope/], error('invalid_scope', 'Invalid scopes: notes:read'), { shape: 'keycloak' }),
  'Keycloak: method': fault(AS, [/code_challenge_method|PKCE/i], error('invalid_request', 'Invalid parameter: code challenge method is not matching the configured one'), { shape: 'keycloak' }),
  'Keycloak: code': fault(AS, [/Code not valid/], code(400, { error: 'invalid_grant', error_description: 'Code not valid' }), { shape: 'keycloak' }),
  'Google: tester': fault(any, [/access_denied/, /verif|test/i], page(() => Answer.html(403, 'Error 403: access_denied. Notes has not completed the Google verification process. The app is currently being tested, and can only be accessed by developer-approved testers.')), { shape: 'spring' }),
  'Google: organisation': fault(any, [/org_internal/], page(() => Answer.html(403, 'Error 403: org_internal. This client is restricted to users within its organization.')), { shape: 'spring' }),
  'Google: client': fault(any, [/invalid_client|client/], page(() => Answer.html(401, 'Error 401: invalid_client. The OAuth client was not found.')), { shape: 'spring' }),
  'Google: policy': fault(any, [/policy/i], page(() => Answer.html(400, "Access blocked: Authorization Error. You can't sign in to this app because it doesn't comply with Google's OAuth 2.0 policy for keeping apps secure. Error 400: invalid_request")), { shape: 'spring' }),
  'Cognito: redirect': fault(any, [/redirect_mismatch|redirect_uri/], { before: (c) => (c.path === '/error' ? Answer.html(400, 'An error was encountered with the requested page. redirect_mismatch') : undefined), ...page((a, c) => Answer.to(`${c.as}/error?error=redirect_mismatch&client_id=x`)) }, { shape: 'spring' }),
  'GitHub: code': fault(any, [/bad_verification_code/], code(200, { error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.', error_uri: 'https://docs.github.com' })),
  'GitHub: client': fault(any, [/incorrect_client_credentials/], code(200, { error: 'incorrect_client_credentials', error_description: 'The client_id and/or client_secret passed are incorrect.' })),
  'GitLab: client': fault(any, [/client/i], code(401, { error: 'invalid_client', error_description: 'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.' })),
  'ADFS: resource': fault([AS, CL, RS], [/MSIS9604/], error('access_denied', "MSIS9604: An error occurred. The authorization server was not able to fulfill the request because client 'b3c1' is not allowed to access the resource.")),
  'Authentik: client': fault(AS, [/client_id/], page(() => Answer.html(400, 'The client identifier (client_id) is missing or invalid.'))),
  'Zitadel: redirect': fault(AS, [/redirect_uri/, /33418/], page(() => Answer.json(400, { error: 'invalid_request', error_description: 'The requested redirect_uri is missing in the client configuration. If you have any questions, you may contact the administrator of the application.' }))),
  'Logto: target': fault([AS, RS], [/resource/], code(400, { code: 'oidc.invalid_target', message: 'Invalid resource indicator: http://127.0.0.1/mcp', error: 'invalid_target', error_description: 'resource indicator is missing, or unknown' })),
  'Clerk': fault(AS, [/redirect_uri|redirect uri/i], page(() => Answer.json(400, { errors: [{ code: 'oauth_invalid_redirect_uri', message: 'is invalid', long_message: 'The redirect uri included is not valid.' }] }))),
  'Supabase': fault(AS, [/flow_state_not_found|flow state/i], code(404, { code: 404, error_code: 'flow_state_not_found', msg: 'invalid flow state, no valid flow state found' })),
  'Stytch': fault(AS, [/oauth_code|code/, /could not be found|expired/], code(404, { status_code: 404, request_id: 'r-1', error_type: 'oauth_authorization_code_not_found', error_message: 'The authorization code could not be found or has expired', error_url: 'https://stytch.com/docs' })),
  'Descope': fault(AS, [/E061301|code/, /Invalid/i], code(400, { errorCode: 'E061301', errorDescription: 'Invalid authorization code', errorMessage: 'code does not exist' })),
  'WorkOS': fault(any, [/client/i], code(400, { error: 'invalid_client', error_description: 'Invalid client ID.' }), { shape: 'workos' }),
  'FusionAuth': fault(AS, [/auth_code_not_found|code/], code(400, { error: 'invalid_request', error_reason: 'auth_code_not_found', error_description: 'Invalid Authorization Code' })),
  'HubSpot': fault(AS, [/BAD_AUTH_CODE|auth code/], code(400, { status: 'BAD_AUTH_CODE', message: 'missing or invalid auth code', correlationId: 'x' })),
  'Hydra: audience': fault([AS, RS], [/audience/i], error('invalid_request', "Requested audience 'http://127.0.0.1/mcp' has not been whitelisted by the OAuth 2.0 Client.")),
  'Ping: scope': fault([AS, RS, CL], [/scope/], error('invalid_scope', 'The requested scope(s) must be blank or a subset of the provided scopes.'), { shape: 'spring' }),
  'Salesforce': fault(any, [/invalid_client_id|client identifier/], code(400, { error: 'invalid_client_id', error_description: 'client identifier invalid' })),
  'oidc-provider': fault(AS, [/redirect_uri/, /33418/], page(() => Answer.json(400, { error: 'invalid_redirect_uri', error_description: "redirect_uri did not match any of the client's registered redirect_uris" }))),
};
