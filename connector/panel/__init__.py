"""What an agent sees: one page that says who this is, why we think so, and what waits. Embeddable in a helpdesk."""

from connector.panel import hints, identity, report, review
from connector.panel.view import panel

__all__ = ["hints", "identity", "panel", "report", "review"]
