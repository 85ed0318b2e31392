"""What follows from people's edits inside the store: links, clients, steps, payments, answers."""
