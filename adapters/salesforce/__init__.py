"""Salesforce: contacts, accounts, orders, opportunities and cases, through simple-salesforce."""

from adapters.salesforce.adapter import Salesforce

__all__ = ["Salesforce"]
