"""What the customer may need next, with reasons; or why nothing is suggested."""
