"""What the daemon does by the calendar beside its passes: the report of the month that is over."""
