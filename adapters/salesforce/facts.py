"""What Salesforce can be told in the settings, and its words for errors."""

from simple_salesforce.api import DEFAULT_API_VERSION

from adapters.base import Setting

# The most rows that one answer of a query holds (resources_query.htm).
MOST_ROWS = 2000

SETTINGS = (
    Setting(name="page_size", help="Rows asked for at once, 2000 at most.", type=int, default=MOST_ROWS),
    Setting(name="client_id", help="The consumer key of the connected app.", required=True),
    Setting(name="client_secret", help="The consumer secret of the connected app.", secret=True),
    Setting(name="username", help="The user to act for, with private_key."),
    Setting(name="private_key", help="The PEM key whose certificate the connected app holds.", secret=True),
    Setting(name="refresh_token", help="A refresh token of the user to act for.", secret=True),
    Setting(name="login_url", help="Where to log in: your My Domain, or https://test.salesforce.com for a sandbox."),
    Setting(name="audience", help="Whom a signed login is addressed to, when not login or test.salesforce.com."),
    Setting(name="api_version", help="Version of the REST API.", default=DEFAULT_API_VERSION),
    Setting(name="currency", help="The org's currency (ISO 4217), when it has only one."),
    Setting(name="streams", help="Which of contacts, accounts, orders, opportunities, cases to read.", type=list),
    Setting(name="fields", help="Your fields for ours, by stream: {contacts = {language = 'Lang__c'}}.", type=dict),
    Setting(name="extra_fields", help="More fields to keep, by stream: {contacts = ['Tier__c']}.", type=dict),
    Setting(name="external_ids", help="Fields with ids of other sources: {shop = 'Shop_Id__c'}.", type=dict),
    Setting(name="social_ids", help="Fields with user ids of platforms: {x = 'X_User_Id__c'}.", type=dict),
    Setting(
        name="satisfaction_scale", help="Worst and best rating, like 1-5, of the field that is a case's satisfaction."
    ),
    Setting(name="web_url", help="Where people open a record: https://acme.lightning.force.com."),
    Setting(
        name="quota_percent",
        help="Share of the org's daily API requests, used by anyone, at which a run ends.",
        type=float,
        default=95.0,
    ),
)

# Answers of 4xx that will be other ones if asked again a little later.
PASSING = frozenset(
    {"QUERY_TIMEOUT", "SERVER_UNAVAILABLE", "UNABLE_TO_LOCK_ROW", "REQUEST_RUNNING_TOO_LONG", "UNKNOWN_EXCEPTION"}
)

# The same for logins (OAuth's words, and one of Salesforce's own).
PASSING_LOGINS = frozenset({"temporarily_unavailable", "server_error", "unknown_error"})

# Salesforce's description of a refused login -> what its administrator can do.
REMEDIES = {
    "user hasn't approved this consumer": "let an administrator pre-authorise the user for the connected app",
    "no client credentials user enabled": "name a user for the client credentials flow in the connected app",
    "expired access/refresh token": "the refresh token is used up or revoked: authorise again",
    "request not supported on this domain": "login_url must be your My Domain",
    "audience is invalid": "set audience to login.salesforce.com or test.salesforce.com",
}
