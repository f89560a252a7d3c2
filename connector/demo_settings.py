"""The settings of the demo's company: what a person would write for the stand-ins."""

from pathlib import Path

from sandbox.rows.social import BRAND
from sandbox.vendors import hubspot_access, salesforce_login, x

HOST = "127.0.0.1"

TEXT = """# Written by `visavis demo`: a company whose vendors are stand-ins on this machine.
data_dir = "{folder}"
log_level = "warning"

[web]
port = {port}

[events]
port = {events_port}

[sources.salesforce]
every = "30s"
base_url = "{sandbox}/salesforce"
login_url = "{sandbox}/salesforce"
client_id = "{salesforce_id}"
client_secret = "{salesforce_secret}"
external_ids = {{ shop = "Shop_Customer_Id__c", hubspot = "HubSpot_Contact_Id__c" }}
social_ids = {{ x = "X_User_Id__c" }}
fields = {{ cases = {{ satisfaction = "Stars__c", rated_at = "Rated_On__c" }} }}
satisfaction_scale = "1-5"

[sources.hubspot]
every = "30s"
base_url = "{sandbox}/hubspot"
access_token = "{hubspot_token}"
client_secret = "{hubspot_secret}"
external_ids = {{ salesforcecontactid = "salesforce", shopcontactid = "shop" }}
satisfaction_scale = "1-5"

[sources.x]
every = "30s"
base_url = "{sandbox}/x"
bearer_token = "{x_token}"
username = "{x_account}"

[sources.shop]
adapter = "files"
every = "30s"
folder = "{shop}"

[sources.shop.contacts]
path = "customers.csv"
complete = true

[sources.shop.contacts.columns]
external_id = "customer_id"
given_name = "first_name"
family_name = "last_name"
emails = "email"
phones = ["mobile", "phone"]
street = "street"
postcode = "postcode"
city = "city"
region = "region"
country = "country"
birth_date = "birth_date"
language = "language"
marketing_consent = "newsletter"
created_at = "registered_at"
updated_at = "updated_at"

[sources.shop.orders]
path = "orders.csv"
complete = true

[sources.shop.orders.columns]
external_id = "order_id"
number = "order_number"
placed_at = "placed_at"
updated_at = "updated_at"
status = "status"
customer_id = "customer_id"
emails = "email"
currency = "currency"
total = "order_total"

[sources.shop.orders.lines]
external_id = "line_id"
product_id = "product_id"
sku = "sku"
name = "product"
quantity = "quantity"
unit_price = "unit_price"
total = "line_total"

[sources.shop.orders.refund]
column = "order_total"
negative = true

[sources.shop.products]
path = "products.csv"
complete = true

[sources.shop.products.columns]
external_id = "product_id"
sku = "sku"
name = "name"
category = "category"
price = "price"
cost = "cost"
currency = "currency"
is_available = "available"
is_withdrawn = "withdrawn"
is_durable = "durable"
updated_at = "updated_at"
"""


def settings_text(folder: Path, port: int, sandbox: str, shop: Path) -> str:
    """A visavis.toml for the sandbox at that URL and the shop's export in that folder."""
    return TEXT.format(
        folder=folder,
        port=port,
        events_port=port + 1,
        sandbox=sandbox,
        shop=shop,
        salesforce_id=salesforce_login.CLIENT_ID,
        salesforce_secret=salesforce_login.CLIENT_SECRET,
        hubspot_token=hubspot_access.PRIVATE_APP_TOKEN,
        hubspot_secret=hubspot_access.CLIENT_SECRET,
        x_token=x.BEARER_TOKEN,
        x_account=BRAND,
    )
