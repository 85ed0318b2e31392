"""Letters that are read from mailboxes; nothing in a mailbox is ever changed."""
