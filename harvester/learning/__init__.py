"""Learning a site's profile from its pages, proving it on others, and repairing it."""
