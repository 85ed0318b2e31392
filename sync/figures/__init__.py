"""From the scene and the sums to what is shown: plan against fact, pay, lamps, funnel."""
