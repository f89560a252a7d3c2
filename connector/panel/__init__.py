"""What an agent sees: one page that says who this is, why we think so, and what waits. Embeddable in a helpdesk."""

from connector.panel import decisions, hints, identity, report, review
from connector.panel.view import panel

__all__ = ["decisions", "hints", "identity", "panel", "report", "review"]
