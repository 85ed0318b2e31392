"""A world of one thread and one seed: people, files, sources and crashes around the real engine.

People, their editors, the disk and the ledger of what everybody did are written here and share no
code with the engine. The engine is the product's own pass with its ports bound to this world.
"""
