"""What the team does with its kept copies: look into them, take parts back, rehearse, send away."""
