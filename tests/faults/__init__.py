"""Write-back under faults: every system call fails once, editors race, the daemon is killed."""
