"""HubSpot: contacts, companies, deals, orders and tickets, polled and pushed."""

from adapters.hubspot.adapter import HubSpot

__all__ = ["HubSpot"]
