"""How long things take, measured by hand: `make benchmark`."""
