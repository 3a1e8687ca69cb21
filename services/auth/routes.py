"""The HTTP side of auth: one router for each room."""

from services.auth.access_tokens.routes import router as access_tokens
from services.auth.accounts.routes import router as accounts
from services.auth.addresses.routes import router as addresses
from services.auth.applications.routes import router as applications
from services.auth.authorization_page.routes import router as authorization_page
from services.auth.browser_sessions.routes import router as browser_sessions
from services.auth.credentials.routes import router as credentials
from services.auth.disabling.routes import router as disabling
from services.auth.enrolment.routes import router as enrolment
from services.auth.identity_provider.routes import router as identity_provider
from services.auth.impersonations.routes import router as impersonations
from services.auth.invitations.routes import router as invitations
from services.auth.passkeys.routes import router as passkeys
from services.auth.permissions.routes import router as permissions
from services.auth.roles.routes import router as roles
from services.auth.service_accounts.routes import router as service_accounts
from services.auth.sessions.routes import router as sessions
from services.auth.sign_up.routes import router as sign_up
from services.auth.signing_keys.routes import router as signing_keys
from services.auth.single_sign_on.routes import router as single_sign_on

ROUTERS = (
    accounts,
    disabling,
    addresses,
    applications,
    browser_sessions,
    credentials,
    sessions,
    sign_up,
    invitations,
    single_sign_on,
    enrolment,
    passkeys,
    access_tokens,
    service_accounts,
    impersonations,
    authorization_page,
    identity_provider,
    roles,
    permissions,
    signing_keys,
)
